{
  'variables': {
    # 1: built with AddressSanitizer and UBSan (node-gyp rebuild --sanitize=1).
    'sanitize%': 0
  },
  'targets': [
    {
      'target_name': 'nxzlib',
      'sources': [
        'native/addon.cc',
        'native/arguments.cc',
        'native/code_lengths.cc',
        'native/demangle.cc',
        'native/dht_encoder.cc',
        'native/execute.cc',
        'native/freed_memory.cc',
        'native/huffman_table.cc',
        'native/job_queue.cc',
        'native/large_pages.cc',
        'native/make_table.cc',
        'native/mapped_memory.cc',
        'native/processor.cc',
        'native/software_job.cc',
        'native/software_unit.cc',
        'native/thread_pool.cc',
        'native/vas_window.cc',
        'native/vas_window_object.cc',
        'native/engine/checksums.cc',
        'native/engine/compress.cc',
        'native/engine/crc32_fold.cc',
        'native/engine/dht.cc',
        'native/engine/dma.cc',
        'native/engine/encode.cc',
        'native/engine/gzip_unit.cc',
        'native/engine/huffman_decoder.cc',
        'native/engine/inflate.cc',
        'native/engine/inflate_fast.cc',
        'native/engine/inflate_symbols.cc',
        'native/engine/match_finder_bucket.cc',
        'native/engine/match_finder_chain.cc',
        'native/engine/match_finder_probe.cc',
        'native/engine/match_finder_small.cc',
        'native/engine/table_memory.cc',
        'native/engine/token_cache.cc'
      ],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")'],
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS'],
      'cflags': ['-Wall', '-Wextra', '-Werror', '-fvisibility=hidden'],
      'cflags_cc!': ['-std=gnu++14', '-std=gnu++17', '-std=gnu++20'],
      'cflags_cc+': ['-std=c++17'],
      'conditions': [
        ['sanitize==1', {
          'cflags': ['-fsanitize=address,undefined', '-fno-sanitize-recover=undefined', '-fno-omit-frame-pointer', '-g'],
          'ldflags': ['-fsanitize=address,undefined']
        }]
      ]
    }
  ]
}
