package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Position;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import tools.jackson.core.JacksonException;

/// Parses one YAML 1.2 document (core schema), or a JSON one, into [Value]s.
///
/// Aliases stand for what they name, again and again, so a few lines can mean billions of nodes:
/// what they add is counted and limited, as is the depth.
public final class Yaml {

  private static final int MAX_ALIASED_NODES = 100_000;

  /// @param root null if there is no tree; then there is a problem
  public record Document(@Nullable Value root, Problems problems) {}

  private final Problems problems;
  private final String file;
  private final Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int aliasedNodes;

  private Yaml(Problems problems, String file) {
    this.problems = problems;
    this.file = file;
  }

  public static Document parse(String text, String file) {
    return parse(text, file, new Problems());
  }

  /// One of several files that make up something together.
  ///
  /// @param problems of all of them
  public static Document parse(String text, String file, Problems problems) {
    problems.add(file, text);
    return new Document(new Yaml(problems, file).root(text), problems);
  }

  /// JSON is YAML, but for tabs between its tokens and for a YAML file that only calls itself JSON.
  public static Document parseJson(String text, String file) {
    return parseJson(text, file, new Problems());
  }

  /// The same for one of several files.
  public static Document parseJson(String text, String file, Problems problems) {
    problems.add(file, text);
    try {
      Json.parse(text);
    } catch (JacksonException e) {
      var at = e.getLocation();
      problems.add(
          ErrorCode.WORKFLOW_SYNTAX,
          new Position(file, Math.max(at.getLineNr(), 1), Math.max(at.getColumnNr(), 1)),
          "not valid JSON: " + e.getOriginalMessage());
      return new Document(null, problems);
    }
    return new Document(new Yaml(problems, file).root(text.replace('\t', ' ')), problems);
  }

  private @Nullable Value root(String text) {
    var settings = settings(text);
    var reader = new StreamReader(settings, text);
    try {
      var events = new DepthLimit(new ParserImpl(settings, reader));
      Optional<Node> node = new Composer(settings, events).getSingleNode();
      if (node.isEmpty()) {
        syntax(1, 1, "the file is empty");
        return null;
      }
      return !events.hasAliases() || withinLimits(node.get(), 0)
          ? Value.root(node.get(), problems)
          : null;
    } catch (MarkedYamlEngineException e) {
      SyntaxAdvice.of(e, file, problems).addTo(problems);
    } catch (ReaderException _) {
      unprintable(text);
    } catch (YamlVersionException _) {
      syntax(1, 1, "only YAML 1.2 is understood: leave the line with %YAML out");
    } catch (YamlEngineException e) { // which knows no place: it is where reading stopped
      syntax(reader.getLine() + 1, reader.getColumn() + 1, "not valid YAML: " + e.getMessage());
    } catch (DepthLimit.TooDeep e) {
      syntax(e.mark(), "nested more than %d levels deep".formatted(DepthLimit.LEVELS));
    }
    return null;
  }

  private LoadSettings settings(String text) {
    return LoadSettings.builder()
        .setSchema(new WordySchema())
        .setLabel(file)
        .setMaxAliasesForCollections(Integer.MAX_VALUE)
        .setCodePointLimit(Integer.MAX_VALUE)
        // In one piece: the reader copies all it holds for every further piece of a scalar.
        .setBufferSize(Math.max(1024, text.length() + 1))
        .build();
  }

  private boolean withinLimits(Node node, int depth) {
    if (depth > DepthLimit.LEVELS) {
      syntax(start(node), "aliases nest more than %d levels deep".formatted(DepthLimit.LEVELS));
      return false;
    }
    if (!seen.add(node) && ++aliasedNodes > MAX_ALIASED_NODES) {
      syntax(start(node), "aliases stand for more than %d nodes".formatted(MAX_ALIASED_NODES));
      return false;
    }
    return switch (node) {
      case SequenceNode list -> elementsWithinLimits(list, depth);
      case MappingNode mapping -> entriesWithinLimits(mapping, depth);
      default -> true;
    };
  }

  private boolean elementsWithinLimits(SequenceNode list, int depth) {
    for (Node element : list.getValue()) {
      if (!withinLimits(element, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private boolean entriesWithinLimits(MappingNode mapping, int depth) {
    for (NodeTuple entry : mapping.getValue()) {
      if (!withinLimits(entry.getKeyNode(), depth + 1)
          || !withinLimits(entry.getValueNode(), depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private void unprintable(String text) {
    int index = 0;
    while (index < text.length() && StreamReader.isPrintable(text.codePointAt(index))) {
      index += Character.charCount(text.codePointAt(index));
    }
    String before = text.substring(0, index);
    syntax(
        1 + (int) before.chars().filter(c -> c == '\n').count(),
        index - before.lastIndexOf('\n'),
        index == text.length()
            ? "some character is not allowed"
            : "character U+%04X is not allowed".formatted(text.codePointAt(index)));
  }

  private static Mark start(Node node) {
    return node.getStartMark().orElseThrow();
  }

  private void syntax(Mark mark, String cause) {
    syntax(mark.getLine() + 1, mark.getColumn() + 1, cause);
  }

  private void syntax(int line, int column, String cause) {
    problems.add(ErrorCode.WORKFLOW_SYNTAX, new Position(file, line, column), cause);
  }
}
