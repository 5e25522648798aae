/// Agent CLIs and shell commands: process life, streams, logs, cost.
@NullMarked
package dev.prodigy.agent;

import org.jspecify.annotations.NullMarked;
