package org.seqlm.corpus.scores;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;

/**
 * The columns that scores add to those of a record: of each model, in their order (with {@code _1},
 * {@code _2}, ... at the names' ends where there are several), {@code seqlm_log10}, {@code
 * seqlm_perplexity}, {@code seqlm_tokens}, {@code seqlm_oov}, {@code seqlm_characters} and {@code
 * seqlm_spelling_log10}; then, where there are buckets, {@code seqlm_bucket}.
 */
public final class KeptColumns {
  /** What a column holds. */
  enum Type {
    REAL,
    COUNT,
    TEXT
  }

  /** A column. */
  record Column(String name, Type type) {}

  /** What all of their names begin with. */
  static final String PREFIX = ScoreFiles.KEPT_PREFIX;

  private KeptColumns() {}

  /**
   * Their names, in their order.
   *
   * @param models that score the text, one or more
   * @param buckets names of buckets; empty for none
   */
  public static List<String> names(int models, List<String> buckets) {
    return of(models, buckets).stream().map(Column::name).toList();
  }

  /**
   * The columns.
   *
   * @param models that score the text, one or more
   * @param buckets names of buckets; where there are any, the last column tells a row's
   */
  static List<Column> of(int models, List<String> buckets) {
    List<Column> columns = new ArrayList<>();
    for (int m = 1; m <= models; m++) {
      String end = models == 1 ? "" : "_" + m;
      columns.add(new Column(PREFIX + "log10" + end, Type.REAL));
      columns.add(new Column(PREFIX + "perplexity" + end, Type.REAL));
      columns.add(new Column(PREFIX + "tokens" + end, Type.COUNT));
      columns.add(new Column(PREFIX + "oov" + end, Type.COUNT));
      columns.add(new Column(PREFIX + "characters" + end, Type.COUNT));
      columns.add(new Column(PREFIX + "spelling_log10" + end, Type.REAL));
    }
    if (!buckets.isEmpty()) {
      columns.add(new Column(PREFIX + "bucket", Type.TEXT));
    }
    return columns;
  }

  /**
   * A row's values, in the order of the columns: {@link Double}, {@link Long} and {@link String}.
   *
   * @param bucket null where there are none
   */
  static List<Object> values(List<TextScore> scores, String bucket) {
    List<Object> values = new ArrayList<>();
    for (TextScore score : scores) {
      values.add(score.log10());
      values.add(score.perplexity());
      values.add(score.tokens());
      values.add(score.unknown());
      values.add(score.characters());
      values.add(score.spellingLog10());
    }
    if (bucket != null) {
      values.add(bucket);
    }
    return values;
  }

  /**
   * Checks that no column is there already.
   *
   * @param fields of the record
   * @param where it is, for people
   * @throws UserException with exit code 3 if one is
   */
  static void requireNew(List<Column> columns, Iterable<String> fields, String where) {
    for (String field : fields) {
      if (columns.stream().anyMatch(column -> column.name().equals(field))) {
        throw UserException.data(
            where
                + " has a field "
                + field
                + " already, which --keep columns would write: rename it, or score the text that"
                + " it was scored from");
      }
    }
  }
}
