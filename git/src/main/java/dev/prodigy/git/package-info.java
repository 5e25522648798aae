/// Worktrees, branches and merges, through the real git.
@NullMarked
package dev.prodigy.git;

import org.jspecify.annotations.NullMarked;
