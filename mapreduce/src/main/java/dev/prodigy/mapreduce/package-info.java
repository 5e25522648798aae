/// Setup, map, reduce: work items, agents, the merge queue, retry, dead letters.
@NullMarked
package dev.prodigy.mapreduce;

import org.jspecify.annotations.NullMarked;
