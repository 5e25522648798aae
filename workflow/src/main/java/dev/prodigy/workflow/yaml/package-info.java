/// YAML text as a tree that knows where everything stands and collects what is wrong with it.
@NullMarked
package dev.prodigy.workflow.yaml;

import org.jspecify.annotations.NullMarked;
