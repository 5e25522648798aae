package dev.prodigy.workflow.yaml;

import java.util.List;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Some files choose between alternatives by a tag: `!batched {size: 5}` means `batched: {size:
/// 5}`, a bare `!retry` means `retry`.
final class LocalTags {

  private LocalTags() {}

  static Node asMapping(Node node) {
    // The schema marks a plain `${NAME}` for a substitution of its own; to us it is text.
    if (node instanceof ScalarNode scalar && node.getTag().equals(Tag.ENV_TAG)) {
      return text(scalar.getValue(), scalar);
    }
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!") || tag.length() == 1) {
      return node;
    }
    var name = text(Spelling.snakeCase(tag.substring(1)), node);
    if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
      return name;
    }
    return new MappingNode(
        Tag.MAP,
        true,
        List.of(new NodeTuple(name, withoutTag(node))),
        FlowStyle.BLOCK,
        node.getStartMark(),
        node.getEndMark());
  }

  private static ScalarNode text(String value, Node at) {
    return new ScalarNode(
        Tag.STR, true, value, ScalarStyle.PLAIN, at.getStartMark(), at.getEndMark());
  }

  private static Node withoutTag(Node node) {
    return switch (node) {
      case MappingNode m ->
          new MappingNode(
              Tag.MAP, true, m.getValue(), m.getFlowStyle(), m.getStartMark(), m.getEndMark());
      case SequenceNode s ->
          new SequenceNode(
              Tag.SEQ, true, s.getValue(), s.getFlowStyle(), s.getStartMark(), s.getEndMark());
      case ScalarNode s -> text(s.getValue(), s);
      default -> node;
    };
  }
}
