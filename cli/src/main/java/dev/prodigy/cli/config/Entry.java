package dev.prodigy.cli.config;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One value that one source gives to a setting.
///
/// @param path without `*`
/// @param value null: as if nobody had set it
record Entry(String path, @Nullable JsonNode value, Origin origin) {}
