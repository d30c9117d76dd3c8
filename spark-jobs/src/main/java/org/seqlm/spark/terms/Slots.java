package org.seqlm.spark.terms;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.seqlm.terms.NullModel;

/**
 * The parts of an n-gram whose counts a null model asks for, in its order: each word alone, or the
 * beginning and the end of every split.
 */
final class Slots implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int NONE = -1;

  private final int order;
  private final boolean words;
  private final int count;

  Slots(int order, NullModel model) {
    this.order = order;
    this.words = order == 2 || model == NullModel.WORDS;
    this.count = model.marginals(order);
  }

  int count() {
    return count;
  }

  /** The place of a part's first word. */
  int from(int slot) {
    return words ? slot : slot % 2 == 0 ? 0 : slot / 2 + 1;
  }

  /** One past that of its last. */
  int to(int slot) {
    return words ? slot + 1 : slot % 2 == 0 ? slot / 2 + 1 : order;
  }

  /** Tokens of the longest part. */
  int width() {
    return words ? 1 : order - 1;
  }

  private String[] keys() {
    String[] keys = new String[width() + 1];
    keys[0] = "slot";
    for (int i = 1; i < keys.length; i++) {
      keys[i] = "k" + (i - 1);
    }
    return keys;
  }

  /** Names of the columns of a part. */
  String[] names() {
    return keys();
  }

  StructType schema(String... counts) {
    return NgramRows.numbers(keys(), counts);
  }

  /** The row of a part of an n-gram, with other values behind it. */
  Row row(int slot, int[] ngram, Object... values) {
    int width = width();
    Object[] row = new Object[1 + width + values.length];
    row[0] = slot;
    int from = from(slot);
    int to = to(slot);
    for (int i = 0; i < width; i++) {
      row[1 + i] = from + i < to ? ngram[from + i] : NONE;
    }
    System.arraycopy(values, 0, row, 1 + width, values.length);
    return RowFactory.create(row);
  }
}
