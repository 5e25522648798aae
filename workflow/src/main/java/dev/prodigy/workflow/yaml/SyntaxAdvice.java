package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// What a parser's complaint means to someone who writes workflows.
record SyntaxAdvice(Position at, String cause) {

  static SyntaxAdvice of(MarkedYamlEngineException e, String file, Problems problems) {
    var mark = e.getProblemMark().or(e::getContextMark);
    int line = mark.map(m -> m.getLine() + 1).orElse(1);
    int column = mark.map(m -> m.getColumn() + 1).orElse(1);
    for (int candidate = line; candidate >= Math.max(1, line - 1); candidate--) {
      int tab = tabInIndentation(problems.line(file, candidate));
      if (tab >= 0) {
        return new SyntaxAdvice(
            new Position(file, candidate, tab + 1),
            "tabs cannot be used for indentation: use spaces");
      }
    }
    return new SyntaxAdvice(new Position(file, line, column), text(e));
  }

  void addTo(Problems problems) {
    problems.add(ErrorCode.WORKFLOW_SYNTAX, at, cause);
  }

  private static int tabInIndentation(String line) {
    int i = 0;
    while (i < line.length() && line.charAt(i) == ' ') {
      i++;
    }
    return i < line.length() && line.charAt(i) == '\t' ? i : -1;
  }

  private static String text(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "not valid YAML" : e.getProblem();
    if (problem.startsWith("but found another document")) {
      return "a workflow file holds one document, this is the second";
    }
    String context = e.getContext() == null ? "" : e.getContext() + ": ";
    return context
        + problem
        + e.getContextMark()
            .filter(m -> e.getProblemMark().filter(p -> p.getLine() != m.getLine()).isPresent())
            .map(m -> " (it begins at line %d)".formatted(m.getLine() + 1))
            .orElse("");
  }
}
