package dev.prodigy.cli.look;

import dev.prodigy.cli.look.EventPlaces.Log;
import dev.prodigy.cli.terminal.OutputFile;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What a name may mean that is no job's id: `latest`, a session, the beginning of an id, or a
/// workflow, which means all its jobs.
final class JobLookup {
  private static final String LATEST = "latest";
  private static final int SHORTEST_PREFIX = 6;

  private final EventPlaces places;

  JobLookup(EventPlaces places) {
    this.places = places;
  }

  /// @throws ProdigyException if it means nothing, or several jobs though it should mean one
  List<Log> find(String name) {
    List<Log> found = look(name);
    if (found.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.STORAGE_NOT_FOUND, "Job '" + name + "' not found", "prodigy events jobs");
    }
    return found;
  }

  /// Empty if it means nothing at present.
  List<Log> look(String name) {
    List<Log> here = places.all(places.repositories());
    if (name.equals(LATEST) && !here.isEmpty()) {
      return List.of(here.getFirst());
    }
    Set<Log> found = new LinkedHashSet<>(ofSession(name));
    if (found.isEmpty()) {
      found.addAll(beginningWith(name, here));
    }
    if (found.isEmpty()) {
      found.addAll(beginningWith(name, places.all(places.everyRepository())));
    }
    if (found.size() > 1) {
      throw ambiguous(name, List.copyOf(found));
    }
    return found.isEmpty() ? ofWorkflow(name, here) : List.copyOf(found);
  }

  private static List<Log> beginningWith(String prefix, List<Log> logs) {
    return prefix.length() < SHORTEST_PREFIX
        ? List.of()
        : logs.stream().filter(log -> log.job().value().startsWith(prefix)).toList();
  }

  private List<Log> ofSession(String session) {
    List<Log> found = new ArrayList<>();
    for (String repository : places.everyRepository()) {
      Path mapping =
          places.root().resolve("state/" + repository + "/mappings/" + session + ".json");
      String job = read(mapping).path("job_id").asString("");
      if (!job.isEmpty()) {
        found.add(new Log(places.files(repository), repository, new JobId(job)));
      }
    }
    return found;
  }

  private List<Log> ofWorkflow(String name, List<Log> logs) {
    return logs.stream()
        .filter(
            log ->
                read(places
                        .root()
                        .resolve("state/" + log.repository() + "/mapreduce/jobs")
                        .resolve(log.job().value())
                        .resolve("job-state.json"))
                    .path("workflow_name")
                    .asString("")
                    .equals(name))
        .toList();
  }

  /// An empty object if there is no such document, or it is damaged: then it names no job.
  private static JsonNode read(Path file) {
    try {
      return Json.parse(Files.readString(file));
    } catch (NoSuchFileException | JacksonException _) {
      return Json.NODES.objectNode();
    } catch (IOException e) {
      throw OutputFile.unreadable(file, e);
    }
  }

  static ProdigyException ambiguous(String name, List<Log> logs) {
    return new ProdigyException(
        ErrorCode.SESSION,
        "More than one job is called " + name,
        null,
        String.join("\n", logs.stream().map(log -> log.repository() + "  " + log.job()).toList()),
        "give the whole id, or --repo",
        null);
  }
}
