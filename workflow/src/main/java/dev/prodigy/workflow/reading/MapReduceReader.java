package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.CaptureOutput;
import dev.prodigy.workflow.CheckpointPolicy;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.MapBlock;
import dev.prodigy.workflow.SetupBlock;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepBlock;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the parts only MapReduce workflows have.
///
/// @param map null if it is missing, which is a problem
record MapReduceReader(
    @Nullable SetupBlock setup,
    @Nullable MapBlock map,
    @Nullable StepBlock reduce,
    ErrorPolicy errorPolicy,
    CheckpointPolicy checkpoint) {

  static MapReduceReader read(Mapping root, StepReader steps) {
    Value setup = root.take("setup");
    Value map = root.require("map");
    Value reduce = root.take("reduce");
    Value checkpoint = root.take("checkpoint");
    Mapping mapFields = map == null ? null : map.mapping();
    ErrorPolicy policy = ErrorPolicyReader.read(root, mapFields);
    var parts =
        new MapReduceReader(
            setup == null ? null : setup(setup, steps),
            mapFields == null ? null : new MapReader(steps).read(mapFields, setup != null),
            reduce == null ? null : reduce(reduce, steps),
            policy,
            checkpoint == null ? CheckpointPolicy.DEFAULT : checkpoint(checkpoint.mapping()));
    root.finish();
    return parts;
  }

  private static StepBlock reduce(Value value, StepReader steps) {
    if (value.is(Value.Kind.MAPPING)) {
      value.suggest(WorkflowLoader.NESTED_COMMANDS);
    }
    return WorkflowReader.block(value, "reduce ", steps);
  }

  private static SetupBlock setup(Value value, StepReader steps) {
    if (!value.is(Value.Kind.MAPPING)) {
      return new SetupBlock(steps.steps(value, StepContext.of("setup ")), null, Map.of());
    }
    Mapping mapping = value.mapping();
    Value commands = mapping.require("commands");
    Limit timeout = Scalars.limit(mapping, "timeout");
    Value captures = mapping.take("capture_outputs");
    mapping.finish();
    List<Step> todo =
        commands == null ? List.of() : steps.steps(commands, StepContext.of("setup "));
    int count = commands != null && commands.is(Value.Kind.LIST) ? commands.list().size() : 0;
    var outputs = new LinkedHashMap<String, CaptureOutput>();
    if (captures != null) {
      captures
          .mapping()
          .entries()
          .forEach((name, capture) -> outputs.put(name, capture(capture, count)));
    }
    return new SetupBlock(todo, timeout, outputs);
  }

  private static CaptureOutput capture(Value value, int commands) {
    if (!value.is(Value.Kind.MAPPING)) {
      return new CaptureOutput(
          index(value, commands),
          CaptureOutput.Source.STDOUT,
          CaptureOutput.DEFAULT_MAX_SIZE,
          null,
          CaptureOutput.Multiline.PRESERVE,
          null,
          null);
    }
    Mapping mapping = value.mapping();
    Value index = mapping.require("command_index");
    var source = mapping.word("source", CaptureOutput.Source.STDOUT);
    int maxSize = mapping.integer("max_size", 1, CaptureOutput.DEFAULT_MAX_SIZE);
    Value pattern = mapping.take("pattern");
    var multiline = mapping.word("multiline", CaptureOutput.Multiline.PRESERVE);
    Value jsonPath = mapping.take("json_path");
    String standard = mapping.text("default");
    mapping.finish();
    if (jsonPath != null) {
      Scalars.checkPath(jsonPath);
    }
    return new CaptureOutput(
        index == null ? 0 : index(index, commands),
        source,
        maxSize,
        pattern == null ? null : Scalars.regex(pattern),
        multiline,
        jsonPath == null ? null : jsonPath.text(),
        standard);
  }

  private static int index(Value value, int commands) {
    int index = value.integer(0);
    if (index >= commands) {
      value.problem(
          "there is no command %d: setup has %d, counted from 0".formatted(index, commands));
    }
    return index;
  }

  private static CheckpointPolicy checkpoint(Mapping mapping) {
    CheckpointPolicy standard = CheckpointPolicy.DEFAULT;
    Duration interval = Scalars.duration(mapping, "interval_duration");
    Duration maxAge = Scalars.duration(mapping, "max_age");
    var policy =
        new CheckpointPolicy(
            mapping.integer("interval_items", 1, standard.intervalItems()),
            interval == null ? standard.intervalDuration() : interval,
            mapping.integer("max_checkpoints", 1, standard.maxCheckpoints()),
            maxAge == null ? standard.maxAge() : maxAge,
            mapping.flag("keep_final", standard.keepFinal()));
    mapping.finish();
    return policy;
  }
}
