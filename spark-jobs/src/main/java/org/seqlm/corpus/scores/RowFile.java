package org.seqlm.corpus.scores;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.GroupType;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.lm.files.TableFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/** The rows of one bucket of a part, in a file, or in one a schema where records are kept. */
abstract class RowFile implements Closeable {
  abstract void row(
      String path, long record, long line, List<TextScore> scores, KeptRecord kept, String bucket)
      throws IOException;

  /** Ends what was begun, which appears. */
  abstract List<FileEntry> keep() throws IOException;

  /** Where a file goes. */
  record Place(FileSystem fs, Path folder, String name, long attempt, ScoreForm form) {
    HashedFile.Open open(String end) throws IOException {
      return HashedFile.open(
          fs, folder, "scores/" + name + end + form.format().extension(), attempt);
    }
  }

  static RowFile open(Place place) throws IOException {
    if (place.form().kept() == RowFields.PLACE) {
      return new Plain(place);
    }
    return place.form().format() == ScoreFiles.Format.JSONL ? new Lines(place) : new Rows(place);
  }

  /** Rows that tell the place of what they score. */
  private static final class Plain extends RowFile {
    private final TableFile file;

    Plain(Place place) throws IOException {
      ScoreForm form = place.form();
      file =
          TableFile.open(
              place.fs(),
              place.folder(),
              "scores/" + place.name() + form.format().extension(),
              place.attempt(),
              form.format(),
              ScoreFiles.typed(form.unit(), form.models()));
    }

    @Override
    void row(
        String path, long record, long line, List<TextScore> scores, KeptRecord kept, String bucket)
        throws IOException {
      file.text(path).count(record).count(line);
      for (TextScore score : scores) {
        ScoreFiles.put(file, score);
      }
      file.endRow();
    }

    @Override
    List<FileEntry> keep() throws IOException {
      return List.of(file.keep());
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Lines of JSON. */
  private static final class Lines extends RowFile {
    private final HashedFile.Open file;
    private final KeptJson lines;

    Lines(Place place) throws IOException {
      file = place.open("");
      lines =
          new KeptJson(
              file.stream(), KeptColumns.of(place.form().models(), place.form().buckets().names()));
    }

    @Override
    void row(
        String path, long record, long line, List<TextScore> scores, KeptRecord kept, String bucket)
        throws IOException {
      lines.row(where(path, record), (KeptRecord.Json) kept, scores, bucket);
    }

    @Override
    List<FileEntry> keep() throws IOException {
      return List.of(file.keep());
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Rows of Parquet: files of another schema begin a file. */
  private static final class Rows extends RowFile {
    private final Place place;
    private final List<FileEntry> entries = new ArrayList<>();
    private GroupType schema;
    private HashedFile.Open file; // null before the first row
    private KeptRows rows;

    Rows(Place place) {
      this.place = place;
    }

    @Override
    void row(
        String path, long record, long line, List<TextScore> scores, KeptRecord kept, String bucket)
        throws IOException {
      KeptRecord.Row row = (KeptRecord.Row) kept;
      GroupType type = row.group().getType();
      if (type != schema) {
        if (schema == null || !schema.equals(type)) {
          begin(type, where(path, record));
        }
        schema = type;
      }
      rows.row(row, scores, bucket);
    }

    private void begin(GroupType type, String where) throws IOException {
      end();
      // Names rise in the order of the rows.
      file = place.open(entries.isEmpty() ? "" : "_" + entries.size());
      rows =
          new KeptRows(
              file.stream(),
              place.fs().getConf(),
              type,
              KeptColumns.of(place.form().models(), place.form().buckets().names()),
              where);
    }

    private void end() throws IOException {
      if (rows != null) {
        KeptRows whole = rows;
        rows = null; // closed once, also where that fails
        whole.close();
        entries.add(file.keep());
      }
    }

    @Override
    List<FileEntry> keep() throws IOException {
      end();
      return entries;
    }

    @Override
    public void close() throws IOException {
      // What Parquet holds of rows that nobody keeps is given back, too.
      try (HashedFile.Open last = file;
          KeptRows open = rows) {
        rows = null;
      }
    }
  }

  private static String where(String path, long record) {
    return "record " + record + " of " + path;
  }
}
