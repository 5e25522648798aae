/// Old workflow files, rewritten in place.
@NullMarked
package dev.prodigy.workflow.migrate;

import org.jspecify.annotations.NullMarked;
