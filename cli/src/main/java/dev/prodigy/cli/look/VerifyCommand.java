package dev.prodigy.cli.look;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionRefs;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.storage.verify.Finding;
import dev.prodigy.storage.verify.Finding.Severity;
import dev.prodigy.storage.verify.StoreVerification;
import dev.prodigy.storage.verify.StoreVerification.Summary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy storage verify`: reads everything that is kept and tells what is wrong with it.
final class VerifyCommand {
  private static final Option<Boolean> REPAIR =
      Option.flag("repair", "Mend it: what cannot be used is set aside, nothing is discarded");

  private VerifyCommand() {}

  static void define(Command command) {
    command
        .options(REPAIR)
        .details(
            """
            Checks every event line (JSON, checksum, missing numbers), the hashes of checkpoints,
            journals, sessions, dead letters, and whether every reference leads somewhere. What a
            live run is still writing is no damage. A repair never touches what is being worked
            on; what it takes away is in quarantine/ or beside the log it was cut out of.

            Exit code 1 if anything is left to mend.""")
        .runs(VerifyCommand::verify);
  }

  private static int verify(Invocation call) {
    FileStore store = Workspace.fileStore(call);
    Optional<RepoName> only = call.repo().map(RepoName::new);
    var found = new ArrayList<Finding>();
    Summary summary = verified(store, only, call.get(REPAIR), found);
    summary = withRefs(summary, store, only, found);
    Summary told = summary;
    call.records().one(json(store, told, found), () -> human(call.console(), store, told, found));
    if (call.get(REPAIR)) {
      tellUnrepaired(call.console(), found);
    }
    return summary.clean() ? ExitCode.OK : ExitCode.FAILED;
  }

  /// Whoever asked for a repair learns that there was none although the answer goes into a file.
  private static void tellUnrepaired(Console console, List<Finding> found) {
    List<Finding> left = found.stream().filter(Finding::open).toList();
    if (!left.isEmpty()) {
      String why = left.getFirst().remedy();
      console.error(
          "error: %s not repaired. The first of them, %s: %s"
              .formatted(
                  Human.count(left.size(), "problem"), left.getFirst().path().getFileName(), why));
    }
  }

  private static Summary verified(
      FileStore store, Optional<RepoName> only, boolean repair, List<Finding> found) {
    var verification = new StoreVerification(store, InstantSource.system());
    return repair
        ? store.exclusively(() -> verification.run(only, true, found::add))
        : verification.run(only, false, found::add);
  }

  /// References in git that lead to objects that are gone; nothing of ours can bring these back.
  private static Summary withRefs(
      Summary summary, FileStore store, Optional<RepoName> only, List<Finding> found) {
    long broken = 0;
    for (Map.Entry<RepoName, Path> root : store.names().roots().entrySet()) {
      if (only.filter(name -> !name.equals(root.getKey())).isPresent()
          || !Files.isDirectory(root.getValue())) {
        continue;
      }
      for (SessionRefs.Broken ref : brokenRefs(root.getValue())) {
        broken++;
        found.add(
            new Finding(
                Finding.Kind.REFERENCE,
                Severity.DAMAGE,
                root.getValue(),
                -1,
                ref.name() + ": " + ref.why(),
                false,
                "left: see git fsck"));
      }
    }
    return new Summary(
        summary.documents(),
        summary.journalRecords(),
        summary.segments(),
        summary.events(),
        summary.eventBytes(),
        summary.problems() + broken,
        summary.repaired());
  }

  private static List<SessionRefs.Broken> brokenRefs(Path root) {
    try {
      return SessionRefs.broken(Repository.discover(root));
    } catch (GitException _) { // no repository any more: then it has no references either
      return List.of();
    }
  }

  private static ObjectNode json(FileStore store, Summary summary, List<Finding> found) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("root", store.root().toString());
    json.put("ok", summary.clean());
    ObjectNode checked = json.putObject("checked");
    checked.put("documents", summary.documents());
    checked.put("journal_records", summary.journalRecords());
    checked.put("event_files", summary.segments());
    checked.put("events", summary.events());
    checked.put("event_bytes", summary.eventBytes());
    json.put("problems", summary.problems());
    json.put("repaired", summary.repaired());
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : found) {
      ObjectNode node = findings.addObject();
      node.put("kind", word(finding.kind()));
      node.put("severity", word(finding.severity()));
      node.put("path", inside(store, finding));
      if (finding.offset() >= 0) {
        node.put("offset", finding.offset());
      }
      node.put("problem", finding.problem());
      node.put("repaired", finding.repaired());
      if (!finding.remedy().isEmpty()) {
        node.put("remedy", finding.remedy());
      }
    }
    return json;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String inside(FileStore store, Finding finding) {
    return finding.path().startsWith(store.root())
        ? store.root().relativize(finding.path()).toString()
        : finding.path().toString();
  }

  private static void human(Console console, FileStore store, Summary summary, List<Finding> all) {
    for (Finding finding : all) {
      String place = finding.offset() < 0 ? "" : " at byte " + finding.offset();
      console.print(
          "%s: %s%s: %s"
              .formatted(
                  word(finding.kind()).replace('_', ' '),
                  inside(store, finding),
                  place,
                  finding.problem()));
      if (!finding.remedy().isEmpty()) {
        console.print((finding.repaired() ? "  repaired: " : "  ") + finding.remedy());
      }
    }
    console.print(
        "Checked %s, %s and %s (%s) in %s"
            .formatted(
                Human.count(summary.documents(), "document"),
                Human.count(summary.journalRecords(), "journal record"),
                Human.count(summary.events(), "event"),
                Human.size(summary.eventBytes()),
                store.root()));
    console.print(verdict(summary));
  }

  private static String verdict(Summary summary) {
    if (summary.problems() == 0) {
      return "No problems found.";
    }
    String problems = Human.count(summary.problems(), "problem") + " found, ";
    return summary.clean()
        ? problems + "all repaired."
        : problems
            + summary.repaired()
            + " repaired."
            + (summary.repaired() == 0 ? " Mend with: prodigy storage verify --repair" : "");
  }
}
