package org.seqlm.corpus.filtered;

import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** A row of Parquet with another text. */
final class GroupText {
  private GroupText() {}

  /** A row of the same columns and values, but for one of text. */
  static Group replaced(Group row, String column, byte[] utf8) {
    GroupType type = row.getType();
    Group copy = new SimpleGroup(type);
    for (int field = 0; field < type.getFieldCount(); field++) {
      boolean text = type.getFieldName(field).equals(column);
      for (int i = 0; i < row.getFieldRepetitionCount(field); i++) {
        if (text) {
          copy.add(field, Binary.fromConstantByteArray(utf8));
        } else {
          add(copy, row, field, i);
        }
      }
    }
    return copy;
  }

  private static void add(Group copy, Group row, int field, int i) {
    Type type = row.getType().getType(field);
    if (!type.isPrimitive()) {
      copy.add(field, row.getGroup(field, i)); // as it is: nobody changes it
      return;
    }
    switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> copy.add(field, row.getInteger(field, i));
      case INT64 -> copy.add(field, row.getLong(field, i));
      case BOOLEAN -> copy.add(field, row.getBoolean(field, i));
      case FLOAT -> copy.add(field, row.getFloat(field, i));
      case DOUBLE -> copy.add(field, row.getDouble(field, i));
      case INT96 -> copy.add(field, row.getInt96(field, i));
      default -> copy.add(field, row.getBinary(field, i));
    }
  }
}
