package org.seqlm.corpus.filtered;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * Writes documents that were removed as lines of JSON: {@code path} and {@code record} where it
 * was, {@code removed_by} the first rule that removed it, {@code reasons} every rule that removes
 * it with the figure it found, {@code keeps} which figures these would keep, {@code beginning}
 * whether {@code text} is its beginning only, {@code fields} what its record has beside the text. A
 * file begins with the first one, and with one of another folder. What is closed before it is kept
 * leaves nothing.
 */
public final class RemovedFile implements Closeable {
  private final PartPlace place;
  private final String textField;
  private final List<FileEntry> entries = new ArrayList<>();
  private String folders = "";
  private HashedFile.Open file; // null where none is open

  /**
   * @param textField the field of records that has their text
   */
  public RemovedFile(PartPlace place, String textField) {
    this.place = place;
    this.textField = textField;
  }

  /**
   * A rule that removes a document.
   *
   * @param rule its name
   * @param value the figure it found
   * @param keeps which it keeps, for instance {@code at least 50}
   */
  public record Reason(String rule, double value, String keeps) {}

  /**
   * A document.
   *
   * @param from its file
   * @param record its first record's place in it, from 1
   * @param reasons in the order of the rules; the first removed it
   * @param text what was judged of it
   * @param beginning whether there is more of it
   * @param fields the record that the document is; null of text
   */
  public void write(
      CorpusFile from,
      long record,
      List<Reason> reasons,
      String text,
      boolean beginning,
      KeptRecord fields)
      throws IOException {
    String below = DocumentFields.folders(from);
    if (!below.equals(folders)) {
      end();
      folders = below;
    }
    if (file == null) {
      file = place.open(PartPlace.REMOVED, folders, entries.size(), ".jsonl");
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.mapper().getFactory().createGenerator(line, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("path", from.path());
      json.writeNumberField("record", record);
      json.writeStringField("removed_by", reasons.get(0).rule());
      json.writeObjectFieldStart("reasons");
      for (Reason reason : reasons) {
        json.writeNumberField(reason.rule(), reason.value());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("keeps");
      for (Reason reason : reasons) {
        json.writeStringField(reason.rule(), reason.keeps());
      }
      json.writeEndObject();
      json.writeBooleanField("beginning", beginning);
      json.writeStringField("text", text);
      if (fields != null) {
        json.writeFieldName("fields");
        OtherFields.write(fields, textField, json);
      }
      json.writeEndObject();
    }
    line.write('\n');
    file.write(line.toByteArray());
  }

  /** Ends the files, which appear; none where nothing was removed. */
  public List<FileEntry> keep() throws IOException {
    end();
    return entries;
  }

  private void end() throws IOException {
    if (file != null) {
      entries.add(file.keep());
      file = null;
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
