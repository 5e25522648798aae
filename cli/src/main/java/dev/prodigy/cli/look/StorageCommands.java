package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.Json;
import dev.prodigy.storage.file.StorageUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy storage usage`: how much disk, and for what.
public final class StorageCommands {
  private StorageCommands() {}

  public static void define(Command storage) {
    storage.add(
        "usage",
        "How much disk the store takes, and for what",
        command -> command.runs(StorageCommands::usage));
    storage.add("verify", "Check everything that is kept, and mend it", VerifyCommand::define);
    storage.add(
        "migrate", "Take over what earlier versions kept in the project", MigrateCommand::define);
  }

  private static int usage(Invocation call) {
    Path root = StorePlace.root(call);
    StorageUsage usage =
        Files.isDirectory(root)
            ? StorageUsage.measure(root)
            : new StorageUsage(Map.of(), Map.of(), Map.of());
    Console console = call.console();
    call.records().one(json(root, usage), () -> human(console, root, usage));
    return ExitCode.OK;
  }

  private static ObjectNode json(Path root, StorageUsage usage) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("root", root.toString());
    json.set("total", amount(usage.total()));
    ObjectNode categories = json.putObject("categories");
    usage.categories().forEach((name, amount) -> categories.set(word(name), amount(amount)));
    ObjectNode repositories = json.putObject("repositories");
    usage.repositories().forEach((name, amount) -> repositories.set(name, amount(amount)));
    ObjectNode jobs = json.putObject("jobs");
    usage
        .jobs()
        .forEach(
            (repository, amounts) -> {
              ObjectNode own = jobs.putObject(repository);
              amounts.forEach((job, amount) -> own.set(job, amount(amount)));
            });
    return json;
  }

  private static ObjectNode amount(StorageUsage.Amount amount) {
    ObjectNode node = Json.NODES.objectNode();
    node.put("bytes", amount.bytes()).put("files", amount.files());
    node.put("directory_bytes", amount.directoryBytes()).put("disk_bytes", amount.diskBytes());
    if (amount.oldest() != null) {
      node.put("oldest", amount.oldest().truncatedTo(ChronoUnit.MILLIS).toString());
    }
    return node;
  }

  private static String word(StorageUsage.Category category) {
    return category.name().toLowerCase(Locale.ROOT);
  }

  private static void human(Console console, Path root, StorageUsage usage) {
    StorageUsage.Amount total = usage.total();
    console.print(
        "%s: %s, %s on disk"
            .formatted(root, Human.size(total.bytes()), Human.size(total.diskBytes())));
    usage.categories().forEach((name, amount) -> line(console, "  " + word(name), amount));
    console.print("By repository");
    usage
        .repositories()
        .forEach(
            (name, amount) -> {
              line(console, "  " + name, amount);
              usage
                  .jobs()
                  .getOrDefault(name, Map.of())
                  .forEach((job, own) -> line(console, "    " + job, own));
            });
  }

  private static void line(Console console, String name, StorageUsage.Amount amount) {
    console.print(
        "%-50s %12s %12s on disk %8d files"
                .formatted(
                    name,
                    Human.size(amount.bytes()),
                    Human.size(amount.diskBytes()),
                    amount.files())
            + (amount.oldest() == null
                ? ""
                : ", oldest " + Human.time(amount.oldest(), ZoneId.systemDefault())));
  }
}
