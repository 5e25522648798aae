package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Command;

/// `prodigy events`: what happened. `prodigy events JOB` shows a job's history.
public final class EventsCommands {
  private EventsCommands() {}

  public static void define(Command events) {
    events.add("ls", "List events, newest first", EventList::define).alias("list");
    Command show = events.add("show", "Show a job's history, oldest first", EventShow::define);
    events.add("jobs", "List jobs and how they ended", EventJobs::define);
    events.add("stats", "Count events", EventStats::define);
    events.add("search", "Find events that contain something", EventSearch::define);
    events.add("follow", "Print events as they are written", EventFollow::define).alias("tail");
    events.add("export", "Write events in another format", EventExport::define);
    events.add("clean", "Remove or archive old events", EventClean::define);
    events.otherwise(show);
  }
}
