package org.seqlm.corpus.filtered;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.seqlm.corpus.KeptRecord;

/** What a record has beside its text. */
final class OtherFields {
  private OtherFields() {}

  /**
   * Writes it as an object of JSON: of a line of JSON every other field as it stands, of a row of
   * Parquet every other column of one number, truth value or string.
   */
  static void write(KeptRecord record, String textField, JsonGenerator out) throws IOException {
    out.writeStartObject();
    if (record instanceof KeptRecord.Json json) {
      try (JsonParser parser = JsonText.JSON.createParser(json.line())) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.getCurrentName();
          parser.nextToken();
          if (name.equals(textField)) {
            parser.skipChildren();
          } else {
            out.writeFieldName(name);
            out.copyCurrentStructure(parser);
          }
        }
      }
    } else if (record instanceof KeptRecord.Row row) {
      GroupType type = row.group().getType();
      for (int field = 0; field < type.getFieldCount(); field++) {
        if (!type.getFieldName(field).equals(textField)
            && type.getType(field).isPrimitive()
            && row.group().getFieldRepetitionCount(field) == 1) {
          column(row.group(), field, type.getType(field).asPrimitiveType(), out);
        }
      }
    }
    out.writeEndObject();
  }

  private static void column(Group row, int field, PrimitiveType type, JsonGenerator out)
      throws IOException {
    String name = type.getName();
    switch (type.getPrimitiveTypeName()) {
      case INT32 -> out.writeNumberField(name, row.getInteger(field, 0));
      case INT64 -> out.writeNumberField(name, row.getLong(field, 0));
      case BOOLEAN -> out.writeBooleanField(name, row.getBoolean(field, 0));
      case FLOAT -> out.writeNumberField(name, row.getFloat(field, 0));
      case DOUBLE -> out.writeNumberField(name, row.getDouble(field, 0));
      case BINARY -> {
        if (type.getLogicalTypeAnnotation()
            instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation) {
          out.writeStringField(name, row.getString(field, 0));
        }
      }
      default -> {} // bytes without a meaning of their own
    }
  }
}
