package org.seqlm.dataset;

import java.util.Arrays;
import java.util.List;

/**
 * Consecutive examples of a split, column by column in primitive arrays. Item {@code i} of a column
 * has the values {@code [i * itemSize, (i + 1) * itemSize)}, row-major; example {@code e} has the
 * items {@code [starts(e), starts(e + 1))}, exactly one where the column is not ragged. Arrays are
 * not copied: nobody may change them.
 */
public final class ExampleBlock {
  private final List<ExampleColumn> columns;
  private final int examples;
  private final int[][] starts; // by column // (examples + 1)
  private final Object[] values; // by column // int[], float[] or byte[] (items * itemSize)

  private ExampleBlock(List<ExampleColumn> columns, int examples, int[][] starts, Object[] values) {
    this.columns = columns;
    this.examples = examples;
    this.starts = starts;
    this.values = values;
  }

  /** How many there are. */
  public int examples() {
    return examples;
  }

  public List<ExampleColumn> columns() {
    return columns;
  }

  /**
   * The first item of each example, and at last the number of items // (examples + 1).
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int[] starts(String column) {
    return starts[place(column)];
  }

  /** Items of an example in a column. */
  public int length(String column, int example) {
    int[] all = starts(column);
    return all[example + 1] - all[example];
  }

  /**
   * Ids of a column of type ids or label // (items).
   *
   * @throws IllegalArgumentException if there is no such column, or it is of another type
   */
  public int[] ints(String column) {
    return values(column, int[].class);
  }

  /**
   * Numbers of a column of type floats; 0 where one is missing // (items, itemShape...).
   *
   * @throws IllegalArgumentException if there is no such column, or it is of another type
   */
  public float[] floats(String column) {
    return values(column, float[].class);
  }

  /**
   * Values of a column of type mask: 1 where a number is there, 0 where it is missing // (items,
   * itemShape...).
   *
   * @throws IllegalArgumentException if there is no such column, or it is of another type
   */
  public byte[] mask(String column) {
    return values(column, byte[].class);
  }

  /** Bytes of the arrays. */
  public long bytes() {
    long bytes = 0;
    for (int c = 0; c < values.length; c++) {
      bytes += 4L * starts[c].length;
      bytes += values[c] instanceof byte[] mask ? mask.length : 4L * length(values[c]);
    }
    return bytes;
  }

  private static int length(Object array) {
    return array instanceof int[] ints ? ints.length : ((float[]) array).length;
  }

  private <T> T values(String column, Class<T> type) {
    int at = place(column);
    if (!type.isInstance(values[at])) {
      throw new IllegalArgumentException(
          "column " + column + " is of type " + columns.get(at).type());
    }
    return type.cast(values[at]);
  }

  private int place(String column) {
    return place(columns, column);
  }

  private static int place(List<ExampleColumn> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "there is no column "
            + name
            + " among "
            + columns.stream().map(ExampleColumn::name).toList());
  }

  /**
   * Makes a block example by example: each gives every column its values, in any order, and then
   * ends.
   */
  public static final class Builder {
    private final List<ExampleColumn> columns;
    private final int[] itemSizes;
    private final int[][] starts;
    private final Object[] values;
    private final int[] sizes; // values of each column so far
    private int examples;

    public Builder(List<ExampleColumn> columns) {
      this.columns = List.copyOf(columns);
      itemSizes = columns.stream().mapToInt(ExampleColumn::itemSize).toArray();
      starts = new int[columns.size()][16];
      values = new Object[columns.size()];
      sizes = new int[columns.size()];
      for (int c = 0; c < values.length; c++) {
        values[c] =
            switch (columns.get(c).type()) {
              case IDS, LABEL -> new int[64];
              case FLOATS -> new float[64];
              case MASK -> new byte[64];
            };
      }
    }

    /** Ids of a column of type ids // (items). */
    public Builder ids(String column, int[] ids) {
      int c = place(columns, column);
      int from = grow(c, ids.length);
      System.arraycopy(ids, 0, (int[]) values[c], from, ids.length);
      return this;
    }

    /** The label of a column of type label. */
    public Builder label(String column, int id) {
      return ids(column, new int[] {id});
    }

    /** Numbers of a column of type floats // (items, itemShape...). */
    public Builder floats(String column, float[] numbers) {
      int c = place(columns, column);
      int from = grow(c, numbers.length);
      System.arraycopy(numbers, 0, (float[]) values[c], from, numbers.length);
      return this;
    }

    /** Values of a column of type mask, 0 or 1 // (items, itemShape...). */
    public Builder mask(String column, byte[] mask) {
      int c = place(columns, column);
      int from = grow(c, mask.length);
      System.arraycopy(mask, 0, (byte[]) values[c], from, mask.length);
      return this;
    }

    // What a reader of columns adds, value by value.

    void add(int c, int value) {
      int at = grow(c, 1);
      ((int[]) values[c])[at] = value;
    }

    void add(int c, float value) {
      int at = grow(c, 1);
      ((float[]) values[c])[at] = value;
    }

    void add(int c, byte value) {
      int at = grow(c, 1);
      ((byte[]) values[c])[at] = value;
    }

    /** Makes room for more values; returns where the first of them goes. */
    private int grow(int c, int more) {
      int from = sizes[c];
      int needed = Math.addExact(from, more);
      int now = length(c);
      if (needed > now) {
        int size = (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, now * 2L));
        values[c] = resized(values[c], size);
      }
      sizes[c] = needed;
      return from;
    }

    private int length(int c) {
      return values[c] instanceof byte[] mask ? mask.length : ExampleBlock.length(values[c]);
    }

    private static Object resized(Object array, int size) {
      if (array instanceof int[] ints) {
        return Arrays.copyOf(ints, size);
      }
      return array instanceof float[] floats
          ? Arrays.copyOf(floats, size)
          : Arrays.copyOf((byte[]) array, size);
    }

    /**
     * Ends an example.
     *
     * @throws IllegalArgumentException if a column has no whole items of it, or not one where it is
     *     not ragged
     */
    public Builder end() {
      examples++;
      for (int c = 0; c < starts.length; c++) {
        end(c, examples);
      }
      return this;
    }

    /**
     * Ends an example in one column, for who adds column by column.
     *
     * @param example from 1
     */
    void end(int c, int example) {
      if (example == starts[c].length) {
        starts[c] = Arrays.copyOf(starts[c], example * 2);
      }
      int items = sizes[c] / itemSizes[c];
      if (items * itemSizes[c] != sizes[c]
          || !columns.get(c).ragged() && items != starts[c][example - 1] + 1) {
        throw new IllegalArgumentException(
            "column "
                + columns.get(c).name()
                + ": the values of example "
                + (example - 1)
                + " are no "
                + (columns.get(c).ragged() ? "items" : "item")
                + " of "
                + itemSizes[c]);
      }
      starts[c][example] = items;
    }

    /** Examples so far. */
    public int examples() {
      return examples;
    }

    /** The block; the builder is of no more use. */
    public ExampleBlock build() {
      return build(examples);
    }

    ExampleBlock build(int ended) {
      for (int c = 0; c < values.length; c++) {
        starts[c] = Arrays.copyOf(starts[c], ended + 1);
        values[c] = resized(values[c], sizes[c]);
      }
      return new ExampleBlock(columns, ended, starts, values);
    }
  }
}
