package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @Test
  void assignmentsAndDocumentsAreRead() {
    assertThat(OutputFile.parse("a=1\nb=x=y\ntext<<END\none\ntwo = 2\nEND\nnoise\n=bad\nc=\n"))
        .containsExactly(
            entry("a", "1"), entry("b", "x=y"), entry("text", "one\ntwo = 2"), entry("c", ""));
  }

  @Test
  void aMissingFileMeansNoVariables(@TempDir Path directory) {
    assertThat(OutputFile.take(directory.resolve("none"))).isEmpty();
  }
}
