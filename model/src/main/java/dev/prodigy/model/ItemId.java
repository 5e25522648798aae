package dev.prodigy.model;

/// A work item within its job: `item_<i>`, i its index in the frozen item list, from 0.
public record ItemId(String value) {
  public ItemId {
    value = Ids.require("item", value);
  }

  public static ItemId of(int index) {
    return new ItemId("item_" + index);
  }

  /// The index in the frozen list; 0 for a foreign id.
  public int index() {
    int underscore = value.lastIndexOf('_');
    try {
      return Integer.parseInt(value.substring(underscore + 1));
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
