package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How automatic commits are made.
///
/// @param message null = the default message
/// @param messagePattern what the rendered message must match
/// @param sign with the user's key; without a usable one, a warning and no signature
/// @param author `Name <mail>`; null = whoever git thinks it is
/// @param include globs on repository paths; empty = every path
/// @param exclude globs; outrank `include`
/// @param squash all commits of the run become one when it ends
public record CommitConfig(
    @Nullable Template message,
    @Nullable Pattern messagePattern,
    boolean sign,
    @Nullable Template author,
    List<String> include,
    List<String> exclude,
    boolean squash) {

  public static final CommitConfig DEFAULT =
      new CommitConfig(null, null, false, null, List.of(), List.of(), false);

  public CommitConfig {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /// Whether all changes are committed, whatever their path.
  public boolean everything() {
    return include.isEmpty() && exclude.isEmpty();
  }
}
