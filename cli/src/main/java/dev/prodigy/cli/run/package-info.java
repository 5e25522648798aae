/// Commands that run workflows, take them up again, and show the product at work.
@NullMarked
package dev.prodigy.cli.run;

import org.jspecify.annotations.NullMarked;
