package org.seqlm.dataset;

import java.io.Serializable;
import java.util.List;
import org.seqlm.Problems;

/**
 * A column of labelled examples. An example has a number of items in it, each of the same shape:
 * one in a column that is not ragged, and in one that is as many as the example is long.
 *
 * @param name the role that it has in the task, for instance {@code input}
 * @param type of its values
 * @param itemShape lengths of an item's axes; empty where an item is one value, as ids are
 * @param ragged whether examples have different numbers of items
 */
public record ExampleColumn(String name, ColumnType type, List<Integer> itemShape, boolean ragged)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Axes beyond which nobody's item goes; those of a video's frame are three. */
  private static final int MOST_AXES = 8;

  public ExampleColumn {
    new Problems()
        .present("column", name, "name the column")
        .present("column " + name + ": type", type, "give ids, floats, mask or label")
        .throwIfAny();
    itemShape = List.copyOf(itemShape);
    Problems problems =
        new Problems().inRange("column " + name + ": axes", itemShape.size(), 0, MOST_AXES);
    long size = 1;
    for (int axis : itemShape) {
      problems.inRange("column " + name + ": axis", axis, 1, Integer.MAX_VALUE);
      size = Math.min(Integer.MAX_VALUE + 1L, size * Math.max(1, axis));
    }
    boolean one = itemShape.isEmpty();
    problems
        .inRange("column " + name + ": values of an item", size, 1, Integer.MAX_VALUE)
        .require(
            one || type == ColumnType.FLOATS || type == ColumnType.MASK,
            "column " + name + ": an item of type ids or label is one value, without axes")
        .require(type != ColumnType.LABEL || !ragged, "column " + name + ": a label is not ragged")
        .throwIfAny();
  }

  /** A ragged column of ids. */
  public static ExampleColumn ids(String name) {
    return new ExampleColumn(name, ColumnType.IDS, List.of(), true);
  }

  /** A column of one label an example. */
  public static ExampleColumn label(String name) {
    return new ExampleColumn(name, ColumnType.LABEL, List.of(), false);
  }

  /** A ragged column of numbers // (items, itemShape...). */
  public static ExampleColumn raggedFloats(String name, List<Integer> itemShape) {
    return new ExampleColumn(name, ColumnType.FLOATS, itemShape, true);
  }

  /** A column of as many numbers in each example // (itemShape...). */
  public static ExampleColumn floats(String name, List<Integer> itemShape) {
    return new ExampleColumn(name, ColumnType.FLOATS, itemShape, false);
  }

  /** Which numbers of another column are there, in its shape. */
  public static ExampleColumn mask(String name, ExampleColumn of) {
    return new ExampleColumn(name, ColumnType.MASK, of.itemShape, of.ragged);
  }

  /** Values of an item, at least 1. */
  public int itemSize() {
    return itemShape.stream().reduce(1, (a, b) -> a * b);
  }

  /** Features of an item: the length of its last axis, or 1 where it has none. */
  public int features() {
    return itemShape.isEmpty() ? 1 : itemShape.get(itemShape.size() - 1);
  }
}
