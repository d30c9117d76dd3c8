package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** A vocabulary as its tokens and counts, so that any job may broadcast one. */
public final class VocabularySerializer extends Serializer<Vocabulary> {
  public VocabularySerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, Vocabulary vocabulary) {
    out.writeInt(vocabulary.reserved());
    kryo.writeObject(out, Vocabularies.pack(vocabulary));
  }

  @Override
  public Vocabulary read(Kryo kryo, Input in, Class<Vocabulary> type) {
    int reserved = in.readInt();
    return Vocabularies.unpack(reserved, kryo.readObject(in, PackedTokens.class));
  }
}
