/// Watching runs: `status` over all repositories, `progress` of one job. Reads the store alone, so
/// it works for jobs that any process runs, and after they have ended.
@NullMarked
package dev.prodigy.cli.monitor;

import org.jspecify.annotations.NullMarked;
