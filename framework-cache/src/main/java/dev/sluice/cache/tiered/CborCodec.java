package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheCodec;
import java.lang.reflect.Type;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Records and beans as CBOR. No type names are written, so none can be asked for by what is read. */
public final class CborCodec implements CacheCodec {

    private final ObjectMapper mapper;
    // One for each type of an answer that is cached, of which there are as many as methods.
    private final ConcurrentMap<Type, ObjectWriter> writers = new ConcurrentHashMap<>();
    private final ConcurrentMap<Type, ObjectReader> readers = new ConcurrentHashMap<>();

    /** The default. */
    public CborCodec() {
        this(CBORMapper.builder()
                .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .build());
    }

    /** @param mapper how to write and read, for those who need modules of their own */
    public CborCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public String name() {
        return "cbor";
    }

    @Override
    public byte[] encode(Object value, Type type) {
        return writers.computeIfAbsent(type, known -> mapper.writerFor(mapper.constructType(known)))
                .writeValueAsBytes(value);
    }

    @Override
    public Object decode(byte[] bytes, Type type) {
        return readers.computeIfAbsent(type, known -> mapper.readerFor(mapper.constructType(known)))
                .readValue(bytes);
    }
}
