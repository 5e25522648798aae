/// The workflow language described as data: which fields there are where, of what shape, with which
/// defaults. The JSON Schema for editors and `prodigy explain` are made from it.
@NullMarked
package dev.prodigy.workflow.schema;

import org.jspecify.annotations.NullMarked;
