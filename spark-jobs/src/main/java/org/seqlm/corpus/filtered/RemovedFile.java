package org.seqlm.corpus.filtered;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.artifact.Json;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * Writes documents that were removed as lines of JSON: {@code path} and {@code record} where it
 * was, {@code removed_by} the first rule that removed it, {@code reasons} every rule that removes
 * it with the figure it found, {@code beginning} whether {@code text} is its beginning only. A file
 * begins with the first one. What is closed before it is kept leaves nothing.
 */
public final class RemovedFile implements Closeable {
  private final PartPlace place;
  private HashedFile.Open file; // null before the first

  public RemovedFile(PartPlace place) {
    this.place = place;
  }

  /**
   * A rule that removes a document.
   *
   * @param rule its name
   * @param value the figure it found
   */
  public record Reason(String rule, double value) {}

  /**
   * A document.
   *
   * @param path of its file
   * @param record its first record's place in it, from 1
   * @param reasons in the order of the rules; the first removed it
   * @param text what was judged of it
   * @param beginning whether there is more of it
   */
  public void write(String path, long record, List<Reason> reasons, String text, boolean beginning)
      throws IOException {
    if (file == null) {
      file = place.open(PartPlace.REMOVED, 0, ".jsonl");
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.mapper().getFactory().createGenerator(line, JsonEncoding.UTF8)) {
      json.writeStartObject();
      json.writeStringField("path", path);
      json.writeNumberField("record", record);
      json.writeStringField("removed_by", reasons.get(0).rule());
      json.writeObjectFieldStart("reasons");
      for (Reason reason : reasons) {
        json.writeNumberField(reason.rule(), reason.value());
      }
      json.writeEndObject();
      json.writeBooleanField("beginning", beginning);
      json.writeStringField("text", text);
      json.writeEndObject();
    }
    line.write('\n');
    file.write(line.toByteArray());
  }

  /** Ends the file, which appears; nothing where there was none. */
  public List<FileEntry> keep() throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    if (file != null) {
      entries.add(file.keep());
      file = null;
    }
    return entries;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
