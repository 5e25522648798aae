package dev.prodigy.workflow.yaml;

import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/// The core schema. Most plain scalars are words, keys above all: what begins with a letter that
/// neither `true`, `false` nor `null` begins with is text, which takes no regular expression to
/// see.
final class WordySchema extends CoreSchema {

  private static final String NOT_ONLY_WORDS = "tTfFnN";

  private static final ScalarResolver CORE = new CoreSchema().getScalarResolver();

  @Override
  public ScalarResolver getScalarResolver() {
    return WordySchema::resolve;
  }

  private static Tag resolve(String value, Boolean implicit) {
    return isWord(value) ? Tag.STR : CORE.resolve(value, implicit);
  }

  private static boolean isWord(String value) {
    if (value.isEmpty()) {
      return false;
    }
    char first = value.charAt(0);
    boolean letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
    return letter && NOT_ONLY_WORDS.indexOf(first) < 0;
  }
}
