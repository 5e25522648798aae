/// One workflow out of several files: bases, imports, templates, parameters, sub-workflows.
@NullMarked
package dev.prodigy.workflow.compose;

import org.jspecify.annotations.NullMarked;
