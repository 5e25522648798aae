package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.nio.file.Path;

/// A file that takes part, or a part of one that stands for a file: an inline sub-workflow.
///
/// @param identity tells whether two are the same
/// @param shown as messages name it
/// @param directory where relative paths in it start
/// @param root what it holds
record SourceFile(String identity, String shown, Path directory, Value root) {}
