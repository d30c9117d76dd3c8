package org.seqlm.corpus.filtered;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A line of JSON with another text; every other byte stays as it is. */
final class JsonText {
  /** As records are read: how long one may be is not the parser's business. */
  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonText() {}

  /**
   * Puts a text in the place of the one that counts: where a field stands twice, its last.
   *
   * @param line an object, valid JSON in UTF-8, that has a string in the field
   */
  static byte[] replaced(byte[] line, String field, byte[] utf8) throws IOException {
    int from = -1;
    int to = -1;
    try (JsonParser parser = JSON.createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.getCurrentName().equals(field);
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          from = (int) parser.currentTokenLocation().getByteOffset();
          parser.finishToken(); // or the end would be its beginning
          to = (int) parser.currentLocation().getByteOffset();
        } else {
          parser.skipChildren();
        }
      }
    }
    if (from < 0) {
      throw new IllegalArgumentException("no string in the field " + field);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(line.length);
    out.write(line, 0, from);
    out.write('"');
    out.write(
        JsonStringEncoder.getInstance().quoteAsUTF8(new String(utf8, StandardCharsets.UTF_8)));
    out.write('"');
    out.write(line, to, line.length - to);
    return out.toByteArray();
  }
}
