package dev.prodigy.cli.author;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.TemplateFacts;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Puts templates into their directory and takes them out. Every file is replaced as a whole, the
/// metadata before the text, so that a template that is there has its metadata.
final class TemplateRegistration {
  private TemplateRegistration() {}

  static int register(Invocation call) {
    Path source = call.callerDirectory().resolve(call.get(TemplateCommands.FILE)).normalize();
    String fileName = String.valueOf(source.getFileName());
    int dot = fileName.lastIndexOf('.');
    String name =
        TemplateStore.checked(
            call.get(TemplateCommands.AS).orElse(dot > 0 ? fileName.substring(0, dot) : fileName));
    TemplateFacts facts = WorkflowLoader.template(source, Map.of(), TemplateStore.places(call));
    facts.warnings().forEach(call.console()::warn);
    Path directory = TemplateStore.of(call).target(call.get(TemplateCommands.PROJECT));
    Path target = directory.resolve(name + ".yml");
    try {
      Files.createDirectories(directory);
      byte[] text = Files.readAllBytes(source);
      TemplateInfo before = refuseOther(call, name, target, text);
      write(
          directory.resolve(name + ".meta.json"),
          info(call, before).json().toPrettyString().getBytes(StandardCharsets.UTF_8));
      write(target, text);
    } catch (IOException e) {
      throw TemplateStore.unreadable(target, e);
    }
    call.console().print("✅ Template '%s' registered successfully".formatted(name));
    return ExitCode.OK;
  }

  /// What is there already is kept under its version.
  private static TemplateInfo refuseOther(Invocation call, String name, Path target, byte[] text)
      throws IOException {
    if (!Files.exists(target)) {
      return new TemplateInfo(null, null, TemplateInfo.FIRST_VERSION, List.of(), null, null, null);
    }
    byte[] old = Files.readAllBytes(target);
    boolean same = Arrays.equals(old, text);
    if (!same && !call.get(TemplateCommands.FORCE)) {
      throw new ProdigyException(
          ErrorCode.STORAGE_EXISTS,
          "Template '%s' is registered already, with another text".formatted(name),
          "prodigy template register ... --force");
    }
    TemplateInfo before = new TemplateStore.Template(name, target, "", false).info();
    if (!same) {
      Path kept = target.resolveSibling("versions/" + name + "/" + safe(before.version()) + ".yml");
      Files.createDirectories(kept.getParent());
      write(kept, old);
    }
    return before;
  }

  private static String safe(String version) {
    return version.replaceAll("[^A-Za-z0-9.+_-]", "_");
  }

  private static TemplateInfo info(Invocation call, TemplateInfo before) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new TemplateInfo(
        call.get(TemplateCommands.DESCRIPTION).orElse(before.description()),
        call.get(TemplateCommands.AUTHOR).orElse(before.author()),
        call.get(TemplateCommands.VERSION).orElse(before.version()),
        call.get(TemplateCommands.TAGS)
            .map(
                tags ->
                    Arrays.stream(tags.split(",", -1))
                        .map(String::strip)
                        .filter(tag -> !tag.isEmpty())
                        .toList())
            .orElse(before.tags()),
        before.created() == null ? now : before.created(),
        now,
        null);
  }

  /// Temporary file, fsync, rename.
  static void write(Path file, byte[] bytes) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path temporary = Files.createTempFile(directory, ".template", ".tmp");
    try {
      Files.write(temporary, bytes);
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static int delete(Invocation call) {
    TemplateStore.Template one = TemplateStore.of(call).require(call.get(TemplateCommands.NAME));
    if (one.layer().equals("system")) {
      throw new ProdigyException(
          ErrorCode.VALIDATION,
          "Template '%s' belongs to the system and is only read".formatted(one.name()),
          "rm " + one.file());
    }
    boolean agreed = call.get(TemplateCommands.FORCE);
    if (!call.console().prompts().destroy("Delete template '%s'?".formatted(one.name()), agreed)) {
      return ExitCode.OK;
    }
    try {
      Files.delete(one.file());
      for (String meta : List.of(".meta.json", ".yml.meta.json")) {
        Files.deleteIfExists(one.file().resolveSibling(one.name() + meta));
      }
    } catch (IOException e) {
      throw TemplateStore.unreadable(one.file(), e);
    }
    call.console().print("✅ Template '%s' deleted".formatted(one.name()));
    return ExitCode.OK;
  }
}
