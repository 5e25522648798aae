package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.HandlerAction.FileOperation;
import dev.prodigy.workflow.HandlerAction.FileOperation.Operation;
import dev.prodigy.workflow.expression.Template;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The built-in handler `file`: reads and changes single files of the worktree, and none outside.
final class FileActions {
  private static final int MODE = 0644;

  private final Invocation call;
  private final FileWriting files;

  FileActions(Invocation call) {
    this.call = call;
    files = new FileWriting(call.scope().worktree(), call.cwd());
  }

  Execution run(FileOperation action) {
    long start = System.nanoTime();
    String output;
    try {
      output = output(action);
    } catch (IOException e) {
      throw fault("Cannot %s %s: %s".formatted(action.operation().word(), name(action), e));
    }
    return Execution.success(output, Duration.ofNanos(System.nanoTime() - start));
  }

  private String name(FileOperation action) {
    return call.render(action.path());
  }

  private String output(FileOperation action) throws IOException {
    String name = name(action);
    if (action.operation() == Operation.EXISTS) {
      return Json.text(result(action).put("exists", Files.exists(files.inside(name))));
    }
    Path file = files.target(name);
    Charset charset = Charset.forName(action.charset());
    return switch (action.operation()) {
      case READ -> new String(Files.readAllBytes(present(file, name)), charset);
      case WRITE -> write(action, file, content(action).getBytes(charset));
      case APPEND -> append(action, file, content(action).getBytes(charset));
      case DELETE -> {
        Files.delete(present(file, name));
        yield Json.text(result(action));
      }
      case COPY, MOVE -> transfer(action, present(file, name));
      case EXISTS -> throw new IllegalStateException("answered above");
    };
  }

  private String write(FileOperation action, Path file, byte[] bytes) throws IOException {
    free(action, file, name(action));
    files.write(file, bytes, mode(file), action.createDirs());
    return Json.text(result(action).put("bytes", bytes.length));
  }

  private String append(FileOperation action, Path file, byte[] bytes) throws IOException {
    var all = new ByteArrayOutputStream();
    if (Files.exists(file)) {
      all.writeBytes(Files.readAllBytes(file));
    }
    all.writeBytes(bytes);
    files.write(file, all.toByteArray(), mode(file), action.createDirs());
    return Json.text(result(action).put("bytes", bytes.length));
  }

  private String transfer(FileOperation action, Path file) throws IOException {
    String name = required(action.destination());
    Path destination = files.target(name);
    free(action, destination, name);
    files.write(destination, Files.readAllBytes(file), mode(file), action.createDirs());
    if (action.operation() == Operation.MOVE && !destination.equals(file)) {
      Files.delete(file);
    }
    return Json.text(result(action).put("destination", name));
  }

  /// Of a file that is there, its own.
  private static int mode(Path file) throws IOException {
    if (!Files.exists(file)) {
      return MODE;
    }
    return FileWriting.mode(Files.getPosixFilePermissions(file));
  }

  private static Path present(Path file, String name) {
    if (!Files.exists(file)) {
      throw fault("File not found: " + name);
    }
    return file;
  }

  private static void free(FileOperation action, Path file, String name) {
    if (Files.exists(file) && !action.overwrite()) {
      throw fault("File exists: %s (set overwrite: true)".formatted(name));
    }
  }

  private String content(FileOperation action) {
    return required(action.content());
  }

  private String required(@Nullable Template text) {
    if (text == null) {
      throw new IllegalStateException("the reader asks for it");
    }
    return call.render(text);
  }

  private ObjectNode result(FileOperation action) {
    ObjectNode result = Json.NODES.objectNode();
    result.put("handler", "file").put("operation", action.operation().word());
    return result.put("path", name(action));
  }

  private static StepFault fault(String text) {
    return new StepFault(Kind.COMMAND, text);
  }
}
