# Debian 12's packages; scripts/install-deps installs them.
find_package(Threads REQUIRED)

# Static archives where there are any: the daemon then starts faster, and is one file.
function(cloudemu_import target header)
  find_path(${target}_INCLUDE ${header} REQUIRED)
  find_library(${target}_LIBRARY NAMES ${ARGN} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE})
  target_link_libraries(${target} INTERFACE ${${target}_LIBRARY})
endfunction()
cloudemu_import(cloudemu_uv uv.h libuv_a.a uv)
target_link_libraries(cloudemu_uv INTERFACE Threads::Threads ${CMAKE_DL_LIBS} rt)
cloudemu_import(cloudemu_zstd zstd.h libzstd.a zstd)
cloudemu_import(cloudemu_xxhash xxhash.h libxxhash.a xxhash)
# Debian's ISA-L for another machine displaces this machine's. Only static programs are cross-built, which do without it.
if(CMAKE_CROSSCOMPILING)
  add_library(cloudemu_isal INTERFACE)
else()
  cloudemu_import(cloudemu_isal isa-l/crc.h libisal.a isal)
endif()
cloudemu_import(cloudemu_sqlite sqlite3.h libsqlite3.a sqlite3)
target_link_libraries(cloudemu_sqlite INTERFACE m ${CMAKE_DL_LIBS} Threads::Threads)
cloudemu_import(cloudemu_expat expat.h libexpat.a expat)
cloudemu_import(cloudemu_zlib zlib.h libz.a z)
cloudemu_import(cloudemu_crypto openssl/evp.h libcrypto.a crypto)
find_library(cloudemu_ssl_LIBRARY NAMES libssl.a ssl REQUIRED)
add_library(cloudemu_ssl UNKNOWN IMPORTED) # a target, not a path: so that it stands before what it needs
set_target_properties(cloudemu_ssl PROPERTIES IMPORTED_LOCATION ${cloudemu_ssl_LIBRARY} INTERFACE_LINK_LIBRARIES ${cloudemu_crypto_LIBRARY})

# Debian ships llhttp as C sources, in the package node-llhttp.
set(LLHTTP_SOURCES /usr/share/llhttp CACHE PATH "Directory of llhttp.c, api.c and http.c")
find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
add_library(cloudemu_llhttp STATIC ${LLHTTP_SOURCES}/api.c ${LLHTTP_SOURCES}/http.c ${LLHTTP_SOURCES}/llhttp.c)
target_include_directories(cloudemu_llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE})
