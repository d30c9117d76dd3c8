package org.seqlm.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.text.Utf8;

/** Reads the text that a line of JSON has in one of its fields, and what is wanted beside it. */
final class JsonField {
  /**
   * How long a record may be is this job's setting, not the parser's; what stands in fields that
   * nobody wants is nobody's concern.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final byte[] NO_BYTES = {};

  private final String field;
  private final PieceReader.Sink sink;
  private final List<String> others;

  JsonField(String field, PieceReader.Sink sink) {
    this.field = field;
    this.sink = sink;
    others = sink.fields();
  }

  /** Hands the field's text to the sink, or what is wrong with the line; a blank one is nothing. */
  void read(byte[] bytes, int from, int to, long offset) throws IOException {
    if (DocumentUnit.isBlank(bytes, from, to)) {
      return;
    }
    String text = null;
    String[] values = new String[others.size()];
    List<String> names = sink.keepsRecords() ? new ArrayList<>() : null;
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        sink.bad(BadKind.BAD_JSON, offset);
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.getCurrentName();
        boolean wanted = name.equals(field);
        int other = others.indexOf(name);
        if (names != null) {
          names.add(name);
        }
        JsonToken value = parser.nextToken();
        if (other >= 0) {
          if (value.isStructStart()) {
            sink.nested(name, offset);
          }
          // A field may be a label and name the cluster.
          for (int i = other; i < values.length; i++) {
            if (others.get(i).equals(name)) {
              values[i] = value.isScalarValue() ? scalar(parser, value) : null;
            }
          }
        }
        if (wanted && value == JsonToken.VALUE_STRING) {
          text = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        sink.bad(BadKind.BAD_JSON, offset);
        return;
      }
    } catch (JsonProcessingException e) {
      sink.bad(BadKind.BAD_JSON, offset);
      return;
    }
    if (text == null) {
      sink.bad(BadKind.MISSING_FIELD, offset);
      return;
    }
    if (Utf8.hasLoneSurrogate(text)) {
      // \ud800 alone is JSON, but no Unicode text.
      sink.bad(BadKind.INVALID_UTF8, offset);
      return;
    }
    if (values.length > 0) {
      sink.fields(values);
    }
    if (names != null) {
      sink.record(new KeptRecord.Json(Arrays.copyOfRange(bytes, from, to), names));
    }
    byte[] utf8 = text.isEmpty() ? NO_BYTES : text.getBytes(StandardCharsets.UTF_8);
    sink.text(utf8, 0, utf8.length, offset);
  }

  private static String scalar(JsonParser parser, JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NULL ? null : parser.getText();
  }
}
