/// The YAML language: text to checked workflow, variables, expressions.
@NullMarked
package dev.prodigy.workflow;

import org.jspecify.annotations.NullMarked;
