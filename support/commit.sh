# Sets `commit` to the commit checked out in the directory $root, reading git's files with the shell
# alone; to `unknown` where that is not possible. Sourced, so that starting costs no process.
commit=unknown
if [ -d "$root/.git" ]; then
  git_dir=$root/.git
elif [ -r "$root/.git" ]; then # a worktree: `gitdir: <path>`
  read -r _ git_dir <"$root/.git"
  case $git_dir in
    /*) ;;
    *) git_dir=$root/$git_dir ;;
  esac
else
  git_dir=
fi
if [ -n "$git_dir" ] && [ -r "$git_dir/HEAD" ]; then
  common=$git_dir
  if [ -r "$git_dir/commondir" ]; then
    read -r common <"$git_dir/commondir"
    case $common in
      /*) ;;
      *) common=$git_dir/$common ;;
    esac
  fi
  read -r first ref <"$git_dir/HEAD"
  if [ "$first" != ref: ]; then
    commit=$first
  elif [ -r "$common/$ref" ]; then
    read -r commit <"$common/$ref"
  elif [ -r "$common/packed-refs" ]; then
    while read -r id name; do
      if [ "$name" = "$ref" ]; then
        commit=$id
        break
      fi
    done <"$common/packed-refs"
  fi
fi
