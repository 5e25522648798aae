package dev.prodigy.engine;

import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The run whose step started another.
///
/// @param files the directory of its workflow's file
/// @param secrets its secret values by name; what it started must not show them either
public record Caller(SessionId session, Path files, Map<String, String> secrets) {
  public Caller {
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }
}
