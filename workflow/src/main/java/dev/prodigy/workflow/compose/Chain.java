package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which file led to which, down to the one being read.
///
/// @param outer null for the first file
/// @param word how it was reached: `extends`, `imports`, `uses template`, `runs sub-workflow`
/// @param at where that stands; null for the first file
record Chain(@Nullable Chain outer, SourceFile file, String word, @Nullable Value at) {
  private static final int DEEPEST = 32;

  static Chain start(SourceFile file) {
    return new Chain(null, file, "", null);
  }

  /// The chain with one more file; null, after a problem, if it is in the chain already or the
  /// chain is too long.
  @Nullable Chain to(SourceFile next, String howWord, Value where) {
    var longer = new Chain(this, next, howWord, where);
    int length = 0;
    for (Chain link = this; link != null; link = link.outer) {
      length++;
      if (link.file.identity().equals(next.identity())) {
        where.asRoot().problem(ErrorCode.WORKFLOW_CIRCULAR, longer.circle(link));
        return null;
      }
    }
    if (length >= DEEPEST) {
      where
          .asRoot()
          .problem(
              ErrorCode.WORKFLOW_CIRCULAR,
              "more than %d files refer to each other in a row".formatted(DEEPEST));
      return null;
    }
    return longer;
  }

  private String circle(Chain first) {
    var links = new ArrayList<Chain>(List.of(this));
    String identity = file.identity();
    for (Chain link = outer;
        link != null && !link.file.identity().equals(identity);
        link = link.outer) {
      links.addFirst(link);
    }
    var text = new StringBuilder("Circular dependency detected\n  ").append(first.file.shown());
    links.forEach(link -> text.append(" -> ").append(link.file.shown()));
    List<Chain> steps = links;
    for (int i = 0; i < steps.size(); i++) {
      text.append("\n  %d. %s".formatted(i + 1, steps.get(i).step()));
    }
    return text.append("  <- circular").toString();
  }

  private String step() {
    Position position = at == null ? null : at.position();
    String place = position == null ? "" : position.file() + ":" + position.line() + " ";
    return place + word + " " + (at == null || !at.isScalar() ? file.shown() : at.scalar());
  }
}
