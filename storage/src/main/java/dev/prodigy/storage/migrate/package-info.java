/// Takes over what earlier versions kept inside a project, in its `.prodigy`.
@NullMarked
package dev.prodigy.storage.migrate;

import org.jspecify.annotations.NullMarked;
