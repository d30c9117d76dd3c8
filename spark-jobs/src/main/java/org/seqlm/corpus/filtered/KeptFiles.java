package org.seqlm.corpus.filtered;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.ParquetRecords;

/**
 * Writes documents that stay in the form in which they came: lines of JSON with all their fields,
 * rows of Parquet with all their columns, lines of text. A file begins with the first document, and
 * with one of another folder, form or schema; of text also with each document that is a file. What
 * is closed before it is kept leaves nothing.
 */
public final class KeptFiles implements Closeable {
  /** A task may have others open: each holds a row group in memory. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private static final byte[] LINE_FEED = {'\n'};

  private enum Form {
    NONE,
    JSON,
    ROWS,
    TEXT
  }

  private final PartPlace place;
  private final String textField;
  private final List<FileEntry> entries = new ArrayList<>();
  private Form form = Form.NONE;
  private String folders = "";
  private HashedFile.Open file; // null where none is open
  private ParquetWriter<Group> rows; // of the open file; null of others
  private GroupType schema;

  /**
   * @param textField the field of records that has their text
   */
  public KeptFiles(PartPlace place, String textField) {
    this.place = place;
    this.textField = textField;
  }

  /** Tells which file the documents that follow are of: they go into folders as it lies in. */
  public void from(CorpusFile source) throws IOException {
    String below = DocumentFields.folders(source);
    if (!below.equals(folders)) {
      end();
      folders = below;
    }
  }

  /**
   * A record.
   *
   * @param text in place of its own; null where that stays
   */
  public void record(KeptRecord record, byte[] text) throws IOException {
    if (record instanceof KeptRecord.Json json) {
      begin(Form.JSON, ".jsonl");
      file.write(text == null ? json.line() : JsonText.replaced(json.line(), textField, text));
      file.write(LINE_FEED);
    } else if (record instanceof KeptRecord.Row row) {
      GroupType type = row.group().getType();
      if (form != Form.ROWS || !type.equals(schema)) {
        end();
        begin(Form.ROWS, ".parquet");
        schema = type;
        rows =
            new Rows(type)
                .into(file.stream(), place.fs().getConf())
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .build();
      }
      rows.write(text == null ? row.group() : GroupText.replaced(row.group(), textField, text));
    }
  }

  /**
   * Begins a document of text.
   *
   * @param unit what it is: files have files of their own, and blank lines stand between others
   */
  public void startText(DocumentUnit unit) throws IOException {
    if (unit == DocumentUnit.FILE) {
      end();
    }
    boolean first = form != Form.TEXT;
    begin(Form.TEXT, ".txt");
    if (unit == DocumentUnit.BLANK_LINE && !first) {
      file.write(LINE_FEED);
    }
  }

  /** Adds to the document of text that has begun; each line with its line feed. */
  public void text(byte[] utf8, int from, int to) throws IOException {
    file.stream().write(utf8, from, to - from);
  }

  private void begin(Form wanted, String extension) throws IOException {
    if (form != wanted) {
      end();
      file = place.open(PartPlace.KEPT, folders, entries.size(), extension);
      form = wanted;
    }
  }

  private void end() throws IOException {
    if (rows != null) {
      ParquetWriter<Group> whole = rows;
      rows = null; // closed once, also where that fails
      whole.close();
    }
    if (file != null) {
      entries.add(file.keep());
      file = null;
    }
    form = Form.NONE;
  }

  /**
   * Ends the files, which appear.
   *
   * @return their entries for the manifest
   */
  public List<FileEntry> keep() throws IOException {
    end();
    return entries;
  }

  @Override
  public void close() throws IOException {
    // What Parquet holds of rows that nobody keeps is given back, too.
    try (HashedFile.Open last = file;
        ParquetWriter<Group> open = rows) {
      rows = null;
      file = null;
    }
  }

  private static final class Rows extends ParquetRecords<Group> {
    private final GroupType type;

    Rows(GroupType type) {
      super(new MessageType(type.getName(), type.getFields()));
      this.type = type;
    }

    @Override
    public void write(Group row) {
      new GroupWriter(consumer, type).write(row);
    }
  }
}
