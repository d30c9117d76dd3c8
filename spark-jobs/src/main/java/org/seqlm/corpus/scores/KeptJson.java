package org.seqlm.corpus.scores;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.lm.TextScore;

/**
 * JSON lines as they were read, byte by byte, with the scores' columns at the end of each object. A
 * number that is infinite, or none, is null.
 */
final class KeptJson {
  private final OutputStream out;
  private final List<KeptColumns.Column> columns;

  KeptJson(OutputStream out, List<KeptColumns.Column> columns) {
    this.out = out;
    this.columns = columns;
  }

  void row(String where, KeptRecord.Json record, List<TextScore> scores, String bucket)
      throws IOException {
    KeptColumns.requireNew(columns, record.fields(), where);
    byte[] line = record.line();
    int end = line.length;
    while (line[end - 1] != '}') {
      end--; // white space follows the object
    }
    out.write(line, 0, end - 1);
    StringBuilder added = new StringBuilder();
    List<Object> values = KeptColumns.values(scores, bucket);
    for (int i = 0; i < columns.size(); i++) {
      boolean first = i == 0 && record.fields().isEmpty();
      added.append(first ? "\"" : ",\"").append(columns.get(i).name()).append("\":");
      added.append(json(values.get(i)));
    }
    out.write(added.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Object value) {
    if (value instanceof Double number) {
      return Double.isFinite(number) ? number.toString() : "null";
    }
    return value instanceof String text
        ? '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"'
        : value.toString();
  }
}
