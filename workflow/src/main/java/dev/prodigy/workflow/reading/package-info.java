/// The grammar of workflow files: which fields there are and what they mean.
@NullMarked
package dev.prodigy.workflow.reading;

import org.jspecify.annotations.NullMarked;
