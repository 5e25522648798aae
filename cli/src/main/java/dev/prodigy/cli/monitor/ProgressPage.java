package dev.prodigy.cli.monitor;

import dev.prodigy.mapreduce.ItemState;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.Failure;
import java.util.List;

/// A report of one job as a page that needs nothing else.
final class ProgressPage {
  private ProgressPage() {}

  static String of(JobReport report) {
    JobPicture.Counts counts = report.picture().counts();
    var rows = new StringBuilder();
    for (ItemState item : report.picture().items()) {
      List<Failure> failures = item.failures();
      rows.append(
          "<tr><td>%s</td><td>%s</td><td>%d</td><td>%s</td></tr>\n"
              .formatted(
                  escaped(item.item().id().value()),
                  report.agents().type(item),
                  item.attempt(),
                  failures.isEmpty() ? "" : escaped(failures.getLast().errorMessage())));
    }
    return """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <title>%1$s</title>
        <style>
          body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
          table { border-collapse: collapse; width: 100%% }
          td, th { border-bottom: 1px solid #ccc; padding: .3em .6em; text-align: left }
          progress { width: 100%% }
        </style>
        <h1>%1$s</h1>
        <p>%2$s: %3$s, %4$s phase, as of %5$s</p>
        <progress max="100" value="%6$s"></progress>
        <p>%7$d of %8$d items completed, %9$d failed, %10$d pending; success %11$s %%,
        %12$s items/s</p>
        <table>
        <tr><th>Item</th><th>State</th><th>Attempt</th><th>Last error</th></tr>
        %13$s</table>
        </html>
        """
        .formatted(
            escaped(report.state().jobId().value()),
            escaped(report.state().workflowName()),
            report.status(),
            report.phase(),
            report.now(),
            JobReport.rounded(report.percentDone()),
            counts.completed(),
            counts.total(),
            counts.failed(),
            counts.pending(),
            JobReport.rounded(report.successRate()),
            JobReport.rounded(report.averageThroughput()),
            rows);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
