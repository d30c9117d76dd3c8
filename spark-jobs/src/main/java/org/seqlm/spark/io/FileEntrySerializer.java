package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.store.FileEntry;

/** Writes what a task tells of a file: Kryo cannot make records by itself. */
public final class FileEntrySerializer extends Serializer<FileEntry> {
  public FileEntrySerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, FileEntry file) {
    out.writeString(file.path());
    out.writeLong(file.bytes());
    out.writeString(file.sha256());
  }

  @Override
  public FileEntry read(Kryo kryo, Input in, Class<FileEntry> type) {
    return new FileEntry(in.readString(), in.readLong(), in.readString());
  }
}
