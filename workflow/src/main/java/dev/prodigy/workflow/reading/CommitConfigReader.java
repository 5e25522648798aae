package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.CommitConfig;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `commit_config`.
final class CommitConfigReader {

  private static final Pattern AUTHOR = Pattern.compile("[^<>]+ <[^<>]*>");

  private CommitConfigReader() {}

  /// @param squashes whether a run's commits may become one
  static CommitConfig read(@Nullable Value value, boolean squashes) {
    if (value == null) {
      return CommitConfig.DEFAULT;
    }
    Mapping fields = value.mapping();
    Template message = Scalars.template(fields, "message_template");
    Value pattern = fields.take("message_pattern");
    boolean sign = fields.flag("sign", false);
    Value author = fields.take("author");
    List<String> include = globs(fields.take("include_files"));
    List<String> exclude = globs(fields.take("exclude_files"));
    Value squash = fields.take("squash");
    fields.finish();
    if (squash != null && squash.flag() && !squashes) {
      squash.problem("is not possible in a MapReduce workflow, which merges commits one by one");
    }
    return new CommitConfig(
        message,
        pattern == null ? null : Scalars.regex(pattern),
        sign,
        author == null ? null : author(author),
        include,
        exclude,
        squash != null && squash.flag());
  }

  private static Template author(Value value) {
    String text = value.text();
    if (!text.contains("$") && !AUTHOR.matcher(text).matches()) {
      value.problem("expected `Name <mail>`, got `%s`".formatted(text));
    }
    return Scalars.template(value, Template.Kind.TEXT);
  }

  private static List<String> globs(@Nullable Value value) {
    if (value == null) {
      return List.of();
    }
    return value.is(Value.Kind.LIST)
        ? value.list().stream().map(Value::text).toList()
        : List.of(value.text());
  }
}
