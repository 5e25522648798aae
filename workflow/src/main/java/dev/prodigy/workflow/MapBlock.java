package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.ItemPipeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fan-out: which items, and what each item's agent does.
///
/// @param input null: the file setup leaves behind
/// @param pipeline `jsonPath` to `maxItems`, ready to run; the texts are kept for display
/// @param maxParallel at least 1; null: what the user has set, else [#DEFAULT_MAX_PARALLEL]
/// @param agentTemplate never empty
/// @param validation what every item must look like
public record MapBlock(
    @Nullable MapInput input,
    ItemPipeline pipeline,
    @Nullable IntValue maxParallel,
    List<Step> agentTemplate,
    AgentTimeouts timeouts,
    @Nullable ItemValidation validation,
    @Nullable String jsonPath,
    @Nullable String filter,
    @Nullable String sortBy,
    @Nullable String distinct,
    int offset,
    @Nullable Integer maxItems) {

  public static final int DEFAULT_MAX_PARALLEL = 10;

  public MapBlock {
    agentTemplate = List.copyOf(agentTemplate);
  }
}
