package dev.prodigy.cli;

import dev.prodigy.cli.author.ComposeCommand;
import dev.prodigy.cli.author.InitCommand;
import dev.prodigy.cli.author.TemplateCommands;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.GlobalOptions;
import dev.prodigy.cli.config.ConfigCommands;
import dev.prodigy.cli.language.ExplainCommand;
import dev.prodigy.cli.language.MigrateYamlCommand;
import dev.prodigy.cli.language.SchemaCommand;
import dev.prodigy.cli.language.ValidateCommand;
import dev.prodigy.cli.look.EventsCommands;
import dev.prodigy.cli.look.MigrateCommand;
import dev.prodigy.cli.look.StorageCommands;
import dev.prodigy.cli.manage.CheckpointCommands;
import dev.prodigy.cli.manage.CleanCommands;
import dev.prodigy.cli.manage.DlqCommands;
import dev.prodigy.cli.manage.SessionsCommands;
import dev.prodigy.cli.manage.WorktreeCommands;
import dev.prodigy.cli.monitor.ProgressCommand;
import dev.prodigy.cli.monitor.StatusCommand;
import dev.prodigy.cli.run.BatchCommand;
import dev.prodigy.cli.run.DemoCommand;
import dev.prodigy.cli.run.ExecCommand;
import dev.prodigy.cli.run.ResumeCommand;
import dev.prodigy.cli.run.RunCommand;

/// All commands: their names, groups and summaries, like a table of contents. What a command takes
/// and does is in the class that defines it.
final class CommandTree {
  private CommandTree() {}

  static Command program() {
    return Command.program(
        "prodigy",
        "Runs AI workflows in isolated git worktrees, in parallel, and survives any crash",
        CommandTree::commands);
  }

  private static void commands(Command prodigy) {
    GlobalOptions.define(prodigy);
    prodigy.add("run", "Run a workflow in a worktree of its own", RunCommand::define).alias("cook");
    prodigy.add("exec", "Run one command in a worktree of its own", ExecCommand::define);
    prodigy.add("batch", "Run one command for each of many files", BatchCommand::define);
    prodigy.add("resume", "Go on with an interrupted or failed run", ResumeCommand::define);
    prodigy.add("resume-job", "Go on with a MapReduce job, or list them", ResumeCommand::defineJob);
    prodigy.add("status", "Every live and recent run of every repository", StatusCommand::define);
    prodigy.add("progress", "How far a MapReduce job has come", ProgressCommand::define);
    prodigy.add("validate", "Check workflow files", ValidateCommand::define);
    prodigy.add("explain", "Show a workflow with all its defaults", ExplainCommand::define);
    prodigy.add("schema", "JSON Schema of workflow files, for editors", SchemaCommand::define);
    prodigy.add("migrate-yaml", "Bring old workflow files up to date", MigrateYamlCommand::define);
    prodigy.add("events", "What happened: list, search, follow, clean", EventsCommands::define);
    prodigy.add("sessions", "Runs, past and present", SessionsCommands::define);
    prodigy.add("dlq", "Work items that failed for good", DlqCommands::define);
    prodigy.add("worktree", "Git worktrees of sessions", WorktreeCommands::define);
    prodigy.add("checkpoints", "Snapshots a resume starts from", CheckpointCommands::define);
    prodigy.add("storage", "The store as a whole", StorageCommands::define);
    prodigy.add("clean", "Remove what finished runs left", CleanCommands::define);
    prodigy.add("config", "Settings: show, trace, validate", ConfigCommands::define);
    prodigy.add("template", "Workflows kept under a name", TemplateCommands::define);
    prodigy.add("compose", "The workflow several files make", ComposeCommand::define);
    prodigy.add("init", "Install agent commands in a project", InitCommand::define);
    prodigy.add("migrate", "Same as storage migrate", CommandTree::migrate).hidden();
    prodigy.add("demo", "Run a MapReduce job on a small real repository", DemoCommand::define);
  }

  private static void migrate(Command migrate) {
    migrate.add(
        "storage", "Take over what earlier versions kept in the project", MigrateCommand::define);
  }
}
