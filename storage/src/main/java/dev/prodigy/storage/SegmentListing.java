package dev.prodigy.storage;

import java.util.List;

/// Which segments there are at the moment, of any number of jobs.
@FunctionalInterface
public interface SegmentListing {

  /// @param archivesToo what retention has archived, too; it never grows
  List<Segment> list(boolean archivesToo);
}
