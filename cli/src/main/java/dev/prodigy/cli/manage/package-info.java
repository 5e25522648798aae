/// Commands that change what is kept: sessions, dead letters, worktrees.
@NullMarked
package dev.prodigy.cli.manage;

import org.jspecify.annotations.NullMarked;
