/// Variables, interpolation, expressions: one resolver and one expression engine for every place of
/// a workflow. [Template] turns a text with references into the text of a step; [Expression]
/// answers `when` and `filter`; [JsonPath] and [ItemPipeline] turn a document into work items.
@NullMarked
package dev.prodigy.workflow.expression;

import org.jspecify.annotations.NullMarked;
