// Generated from the contracts (node appliance/contracts/typescript.ts > appliance/client/types.d.ts): the routes of a
// box, the shapes that they share, the messages of the live channel.
export interface paths {
  '/v1/models': {
    /** List the models */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              object: 'list'
              data: components['schemas']['Model'][]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/v1/models/{model}': {
    /** One model */
    get: {
      parameters: {
        path: {
          model: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Model']
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/v1/chat/completions': {
    /** Answer a conversation */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': components['schemas']['ChatCompletionRequest']
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['ChatCompletion']
            'text/event-stream': components['schemas']['ChatCompletionChunk']
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/v1/completions': {
    /** Continue a text */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': components['schemas']['CompletionRequest']
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Completion']
            'text/event-stream': components['schemas']['Completion']
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/v1/embeddings': {
    /** Turn texts into vectors */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': components['schemas']['EmbeddingRequest']
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Embeddings']
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/status': {
    /** How the box is */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              name: string
              version: string
              startedAt: string
              addresses: string[]
              services: ({
                name: string
                state: 'ready' | 'starting' | 'down'
                residentBytes: number | null
              })[]
              models: {
                engines: ({
                  model: string
                  state: 'idle' | 'loading' | 'ready' | 'failed'
                  plan: {
                    model: string
                    quantization: string
                    backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                    contextTokens: number
                    sequences: number
                    keyValueType: 'f16' | 'q8_0'
                    gpuLayers: number
                    threads: number
                    useMmap: boolean
                    memory: {
                      weightBytes: number
                      keyValueBytes: number
                      computeBytes: number
                      processBytes: number
                      totalBytes: number
                      budgetBytes: number
                    }
                    tokensPerSecond: number
                    quality: number
                  } | null
                  progress: number
                  detail: string | null
                  residentBytes: number | null
                  active: number
                  waiting: number
                  tokensPerSecond: number | null
                  firstTokenMs: number | null
                })[]
                defaultModel: string | null
                residentBytes: number
              } | null
              choice: {
                chosen: {
                  model: string
                  quantization: string
                  backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                  contextTokens: number
                  sequences: number
                  keyValueType: 'f16' | 'q8_0'
                  gpuLayers: number
                  threads: number
                  useMmap: boolean
                  memory: {
                    weightBytes: number
                    keyValueBytes: number
                    computeBytes: number
                    processBytes: number
                    totalBytes: number
                    budgetBytes: number
                  }
                  tokensPerSecond: number
                  quality: number
                } | null
                words: string[]
                recommended: {
                  plan: {
                    model: string
                    quantization: string
                    backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                    contextTokens: number
                    sequences: number
                    keyValueType: 'f16' | 'q8_0'
                    gpuLayers: number
                    threads: number
                    useMmap: boolean
                    memory: {
                      weightBytes: number
                      keyValueBytes: number
                      computeBytes: number
                      processBytes: number
                      totalBytes: number
                      budgetBytes: number
                    }
                    tokensPerSecond: number
                    quality: number
                  }
                  installed: boolean
                  verdict: {
                    code: 'chosen'
                  } | {
                    code: 'lower_quality'
                    than: string
                  } | {
                    code: 'same_quality_slower'
                    than: string
                  } | {
                    code: 'needs_more_memory'
                    needBytes: number
                    haveBytes: number
                  } | {
                    code: 'too_slow'
                    tokensPerSecond: number
                    floor: number
                  } | {
                    code: 'quantization_below_floor'
                    floor: string
                  } | {
                    code: 'context_too_short'
                    contextTokens: number
                    floor: number
                  } | {
                    code: 'wrong_kind'
                    kind: 'chat' | 'completion' | 'embedding'
                  } | {
                    code: 'starter_only'
                  } | {
                    code: 'failed_before'
                    detail: string
                  } | {
                    code: 'not_installed'
                  }
                  words: string
                } | null
              } | null
              load: {
                cpu: number | null
                memoryTotalBytes: number
                memoryAvailableBytes: number
              }
              connections: {
                open: number
                limit: number
              }
              principal: {
                user: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                scopes: string[]
                origin: 'page' | 'api' | 'socket' | 'service'
              }
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/conversations': {
    /** The caller's conversations, newest first */
    get: {
      parameters: {
        path?: never
        query?: {
          limit?: number
          before?: string
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              conversations: {
                id: string
                title: string
                createdAt: string
                updatedAt: string
                turns: number
              }[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Begin a conversation */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            title?: string
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              title: string
              createdAt: string
              updatedAt: string
              turns: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/conversations/{id}': {
    /** A conversation with its turns */
    get: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              title: string
              createdAt: string
              updatedAt: string
              turns: number
              messages: ({
                id: string
                role: 'user' | 'assistant'
                content: string
                reasoning: string | null
                state: 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed'
                model: string | null
                tokens: number | null
                tokensPerSecond: number | null
                firstTokenMs: number | null
                error: {
                  code: string
                  message: string
                  remedy: string
                } | null
                createdAt: string
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Rename a conversation */
    patch: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            title: string
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              title: string
              createdAt: string
              updatedAt: string
              turns: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Delete a conversation with all its turns */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/conversations/{id}/messages': {
    /** Ask; the answer streams */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            content: string
            model?: string
            replaces?: string
            temperature?: number
            maxTokens?: number
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'text/event-stream': string
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/search': {
    /** Search the caller's conversations by words and, with an embedding model, by meaning */
    get: {
      parameters: {
        path?: never
        query: {
          q: string
          limit?: number
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              hits: ({
                conversation: {
                  id: string
                  title: string
                  createdAt: string
                  updatedAt: string
                  turns: number
                }
                turnId: string
                snippet: string
                by: 'words' | 'meaning' | 'both'
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/health': {
    /** Up or down; in detail with a token of the scope “metrics” */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              status: 'ok' | 'down'
              detail?: {
                services: ({
                  name: string
                  state: 'ready' | 'starting' | 'down'
                  residentBytes: number | null
                  version: string | null
                  startedAt: string | null
                  errors: {
                    count: number
                    lastAt: string | null
                  } | null
                })[]
                load: {
                  cpu: number | null
                  memoryTotalBytes: number
                  memoryAvailableBytes: number
                }
                disks: ({
                  folder: 'data' | 'models'
                  totalBytes: number | null
                  availableBytes: number | null
                })[]
                databases: ({
                  name: string
                  state: 'ok' | 'failed'
                  bytes: number | null
                })[]
                certificate: {
                  source: 'box' | 'owner'
                  expiresAt: string
                  daysLeft: number
                } | null
                clock: {
                  now: string
                  timeZone: string
                  setSeconds: number
                }
                models: {
                  engines: ({
                    model: string
                    state: 'idle' | 'loading' | 'ready' | 'failed'
                    plan: {
                      model: string
                      quantization: string
                      backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                      contextTokens: number
                      sequences: number
                      keyValueType: 'f16' | 'q8_0'
                      gpuLayers: number
                      threads: number
                      useMmap: boolean
                      memory: {
                        weightBytes: number
                        keyValueBytes: number
                        computeBytes: number
                        processBytes: number
                        totalBytes: number
                        budgetBytes: number
                      }
                      tokensPerSecond: number
                      quality: number
                    } | null
                    progress: number
                    detail: string | null
                    residentBytes: number | null
                    active: number
                    waiting: number
                    tokensPerSecond: number | null
                    firstTokenMs: number | null
                  })[]
                  defaultModel: string | null
                  residentBytes: number
                } | null
              }
            }
          }
        }
        503: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              status: 'ok' | 'down'
              detail?: {
                services: ({
                  name: string
                  state: 'ready' | 'starting' | 'down'
                  residentBytes: number | null
                  version: string | null
                  startedAt: string | null
                  errors: {
                    count: number
                    lastAt: string | null
                  } | null
                })[]
                load: {
                  cpu: number | null
                  memoryTotalBytes: number
                  memoryAvailableBytes: number
                }
                disks: ({
                  folder: 'data' | 'models'
                  totalBytes: number | null
                  availableBytes: number | null
                })[]
                databases: ({
                  name: string
                  state: 'ok' | 'failed'
                  bytes: number | null
                })[]
                certificate: {
                  source: 'box' | 'owner'
                  expiresAt: string
                  daysLeft: number
                } | null
                clock: {
                  now: string
                  timeZone: string
                  setSeconds: number
                }
                models: {
                  engines: ({
                    model: string
                    state: 'idle' | 'loading' | 'ready' | 'failed'
                    plan: {
                      model: string
                      quantization: string
                      backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                      contextTokens: number
                      sequences: number
                      keyValueType: 'f16' | 'q8_0'
                      gpuLayers: number
                      threads: number
                      useMmap: boolean
                      memory: {
                        weightBytes: number
                        keyValueBytes: number
                        computeBytes: number
                        processBytes: number
                        totalBytes: number
                        budgetBytes: number
                      }
                      tokensPerSecond: number
                      quality: number
                    } | null
                    progress: number
                    detail: string | null
                    residentBytes: number | null
                    active: number
                    waiting: number
                    tokensPerSecond: number | null
                    firstTokenMs: number | null
                  })[]
                  defaultModel: string | null
                  residentBytes: number
                } | null
              }
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/health': {
    /** What each health check found when it was last run */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              verdict: 'healthy' | 'issues' | 'unknown'
              checks: ({
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                state: 'not_run'
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'ok'
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'issue'
                issue: {
                  code: string
                  severity: 'warning' | 'serious'
                  values: Record<string, string | number>
                  message: string
                  suggestion: string
                  fixable: boolean
                }
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'not_measured'
                broke: boolean
                reason: {
                  code: string
                  values: Record<string, string | number>
                  message: string
                }
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/health/run': {
    /** Run health checks and wait for what they find; one of them asks the starter model for a token */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            checks?: ('data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature')[]
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              verdict: 'healthy' | 'issues' | 'unknown'
              checks: ({
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                state: 'not_run'
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'ok'
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'issue'
                issue: {
                  code: string
                  severity: 'warning' | 'serious'
                  values: Record<string, string | number>
                  message: string
                  suggestion: string
                  fixable: boolean
                }
              } | {
                check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
                gates: boolean
                at: string
                tookMs: number
                state: 'not_measured'
                broke: boolean
                reason: {
                  code: string
                  values: Record<string, string | number>
                  message: string
                }
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/health/{check}/fix': {
    /** Let the box do what it can about an issue, and check again */
    post: {
      parameters: {
        path: {
          check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
              gates: boolean
              state: 'not_run'
            } | {
              check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
              gates: boolean
              at: string
              tookMs: number
              state: 'ok'
            } | {
              check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
              gates: boolean
              at: string
              tookMs: number
              state: 'issue'
              issue: {
                code: string
                severity: 'warning' | 'serious'
                values: Record<string, string | number>
                message: string
                suggestion: string
                fixable: boolean
              }
            } | {
              check: 'data' | 'space' | 'lan' | 'page' | 'model' | 'name' | 'clock' | 'disks' | 'temperature'
              gates: boolean
              at: string
              tookMs: number
              state: 'not_measured'
              broke: boolean
              reason: {
                code: string
                values: Record<string, string | number>
                message: string
              }
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/discover': {
    /** The boxes on the local network, this one among them, after some seconds of listening */
    get: {
      parameters: {
        path?: never
        query?: {
          seconds?: number
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              boxes: ({
                id: string
                name: string
                host: string
                addresses: {
                  v4: string[]
                  v6: string[]
                }
                port: number
                version: string | null
                claimed: boolean | null
                fingerprint: string | null
                own: boolean
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/name': {
    /** What the box is called, and where its page is */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              label: string
              host: string
              addresses: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Another name or host label, announced and certified before the old one ends */
    patch: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name?: string
            label?: string
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              label: string
              host: string
              addresses: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/certificate': {
    /** The certificate in use */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              source: 'box' | 'owner'
              names: string[]
              addresses: string[]
              issuer: string
              notBefore: string
              notAfter: string
              fingerprint: string
              caFingerprint: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Use a certificate of one’s own from the next handshake on */
    put: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            key: string
            chain: string
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              source: 'box' | 'owner'
              names: string[]
              addresses: string[]
              issuer: string
              notBefore: string
              notAfter: string
              fingerprint: string
              caFingerprint: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Go back to the box’s own certificate; the other and its key are deleted */
    delete: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              source: 'box' | 'owner'
              names: string[]
              addresses: string[]
              issuer: string
              notBefore: string
              notAfter: string
              fingerprint: string
              caFingerprint: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system': {
    /** The machine: its name, clock and services */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              hostName: string
              timeZone: string
              clockSynchronized: boolean | null
              bootedAt: string
              services: ({
                name: string
                state: 'running' | 'starting' | 'failed' | 'stopped' | 'on_demand'
                since: string | null
                restarts: number | null
                memoryBytes: number | null
              })[]
              managed: boolean
              version: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/reboot': {
    /** Restart the machine */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        202: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              leaving: 'reboot' | 'power_off'
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/power-off': {
    /** Switch the machine off; somebody has to switch it on again */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        202: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              leaving: 'reboot' | 'power_off'
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/time-zones': {
    /** The time zones that the machine knows */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              timeZones: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/time-zone': {
    /** Set the time zone */
    put: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            timeZone: string
          }
        }
      }
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/disks': {
    /** The disks, and what they say of themselves */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              disks: ({
                device: string
                model: string | null
                sizeBytes: number | null
                health: 'ok' | 'failing' | 'unknown'
                reason: 'failed_itself' | 'spare_low' | 'read_only' | 'data_lost' | 'attribute_failed' | 'keeps_none' | 'asleep' | 'cannot_be_asked' | null
                temperatureC: number | null
                wearPercent: number | null
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/encryption': {
    /** Whether the household’s data is encrypted on the disk, and what opens it */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              state: 'encrypted'
              cipher: string
              keyBits: number
              byTpm: boolean
              recoveryKey: boolean
            } | {
              state: 'plain'
              hasTpm: boolean
            } | {
              state: 'not_ours'
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/recovery-key': {
    /** A new key that opens the household’s data where the TPM does not; the one before opens nothing then */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              key: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/logs': {
    /** The newest page of the log, or one older than another */
    get: {
      parameters: {
        path?: never
        query?: {
          service?: string
          level?: 'debug' | 'info' | 'warn' | 'error'
          before?: string
          limit?: number
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              entries: ({
                at: string
                service: string
                level: 'debug' | 'info' | 'warn' | 'error'
                message: string
                fields: Record<string, string | number | boolean | null>
              })[]
              before: string | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/logs/live': {
    /** The log as it is written, as server-sent events */
    get: {
      parameters: {
        path?: never
        query?: {
          service?: string
          level?: 'debug' | 'info' | 'warn' | 'error'
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'text/event-stream': string
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/logs/download': {
    /** All of the log as a file of JSON lines */
    get: {
      parameters: {
        path?: never
        query?: {
          service?: string
          level?: 'debug' | 'info' | 'warn' | 'error'
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/x-ndjson': string
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/support-bundle': {
    /** A file for whoever helps: states, figures and the last day’s log, without names or secrets */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/gzip': string
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/network': {
    /** How the box is connected, and the change that is on trial */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              interfaces: ({
                device: string
                kind: 'ethernet' | 'wifi'
                state: 'connected' | 'connecting' | 'off' | 'unplugged' | 'failed'
                mac: string | null
                method: 'automatic' | 'static' | 'off'
                addresses: string[]
                gateway: string | null
                dns: string[]
                wifi: {
                  ssid: string
                  signalPercent: number
                } | null
              })[]
              pending: {
                id: string
                device: string
                confirmBy: string
              } | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/network/{device}': {
    /** Change how an interface gets its address: undone after a minute, unless it is confirmed */
    put: {
      parameters: {
        path: {
          device: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            method: 'automatic'
          } | {
            method: 'static'
            address: string
            gateway: string | null
            dns?: string[]
          }
        }
      }
      responses: {
        202: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              device: string
              confirmBy: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/network/changes/{id}/confirm': {
    /** Keep a change of the network for good */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/network/changes/{id}/revert': {
    /** Undo a change of the network now */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/wifi': {
    /** The Wi-Fi networks that the box sees or knows, the strongest first */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              networks: ({
                ssid: string
                signalPercent: number
                security: 'open' | 'password' | 'enterprise'
                known: boolean
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Join a Wi-Fi network, now and from now on */
    put: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            ssid: string
            password: string | null
            country?: string
          }
        }
      }
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/system/wifi/{ssid}': {
    /** Forget a Wi-Fi network, and leave it */
    delete: {
      parameters: {
        path: {
          ssid: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/door': {
    /** Whether the box is claimed, and who is signed in */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              claimed: boolean
              claim: 'open' | 'closed' | null
              name: string
              host: string
              fingerprint: string | null
              plainPort: number | null
              person: {
                id: string
                name: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                expiresAt: string | null
                createdAt: string
                lastSeenAt: string | null
                passkeys: number
              } | null
              freshUntil: string | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/claim': {
    /** Become the owner of a new box */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            code?: string
            boxName?: string
            name: string
            password: string
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              person: {
                id: string
                name: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                expiresAt: string | null
                createdAt: string
                lastSeenAt: string | null
                passkeys: number
              }
              recoveryCodes: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/claim/check': {
    /** Whether a code is the one with which the new box is claimed */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            code: string
          }
        }
      }
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/claim/code': {
    /** The code with which a new box is claimed, on the box itself */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              code: string
              urls: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Another code for a new box, on the box itself; the one before is worth nothing */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session': {
    /** Sign in with a password */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name: string
            password: string
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              role: 'owner' | 'adult' | 'child' | 'guest'
              expiresAt: string | null
              createdAt: string
              lastSeenAt: string | null
              passkeys: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Sign out on this device */
    delete: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session/confirm': {
    /** Say again who you are, before something dangerous */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            password: string
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              freshUntil: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session/confirm/passkey/options': {
    /** What a device needs to say with one of your passkeys that it is you */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              options: Record<string, unknown>
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session/confirm/passkey': {
    /** Say again who you are, with one of your passkeys */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            id: string
            response: Record<string, unknown>
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              freshUntil: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/recovery': {
    /** Set a new password with a recovery code */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name: string
            code: string
            password: string
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              role: 'owner' | 'adult' | 'child' | 'guest'
              expiresAt: string | null
              createdAt: string
              lastSeenAt: string | null
              passkeys: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/sessions': {
    /** The devices on which you are signed in */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              sessions: {
                id: string
                device: string
                address: string
                createdAt: string
                lastSeenAt: string
                expiresAt: string
                current: boolean
              }[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/sessions/{id}': {
    /** Sign out another device; its open connections are cut */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/password': {
    /** Change your password; other devices are signed out */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            password: string
          }
        }
      }
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/recovery-codes': {
    /** Ten new recovery codes; the old ones end */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              recoveryCodes: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/passkeys/options': {
    /** What a device needs to make a passkey */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              options: Record<string, unknown>
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/passkeys': {
    /** Keep the passkey that the device made */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            id: string
            name: string
            response: Record<string, unknown>
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              createdAt: string
              lastUsedAt: string | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Your passkeys */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              passkeys: ({
                id: string
                name: string
                createdAt: string
                lastUsedAt: string | null
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/passkeys/{id}': {
    /** Forget a passkey */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session/passkey/options': {
    /** What a device needs to sign in with a passkey */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              options: Record<string, unknown>
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/session/passkey': {
    /** Sign in with a passkey */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            id: string
            response: Record<string, unknown>
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              role: 'owner' | 'adult' | 'child' | 'guest'
              expiresAt: string | null
              createdAt: string
              lastSeenAt: string | null
              passkeys: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/people': {
    /** Everybody who may sign in */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              people: ({
                id: string
                name: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                expiresAt: string | null
                createdAt: string
                lastSeenAt: string | null
                passkeys: number
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/people/{id}': {
    /** Change a role or an end date; the last owner stays owner */
    patch: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            role?: 'owner' | 'adult' | 'child' | 'guest'
            expiresAt?: string | null
          }
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              role: 'owner' | 'adult' | 'child' | 'guest'
              expiresAt: string | null
              createdAt: string
              lastSeenAt: string | null
              passkeys: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Remove a person with everything of theirs */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/people/{id}/reset': {
    /** A code with which somebody sets a new password, once, within a day; their devices are signed out */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              code: string
              expiresAt: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/invitations': {
    /** Invitations that nobody has used yet */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              invitations: ({
                id: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                createdAt: string
                expiresAt: string
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** Invite somebody; the code is shown once */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            role: 'owner' | 'adult' | 'child' | 'guest'
            personExpiresAt?: string | null
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              role: 'owner' | 'adult' | 'child' | 'guest'
              createdAt: string
              expiresAt: string
              code: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/invitations/{id}': {
    /** Take an invitation back */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/invitations/accept': {
    /** Become one of the people, with the code of an invitation */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            code: string
            name: string
            password: string
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              person: {
                id: string
                name: string
                role: 'owner' | 'adult' | 'child' | 'guest'
                expiresAt: string | null
                createdAt: string
                lastSeenAt: string | null
                passkeys: number
              }
              recoveryCodes: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/tokens': {
    /** Your tokens; an owner sees everybody’s */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              tokens: ({
                id: string
                name: string
                prefix: string
                scopes: ('chat' | 'history' | 'live' | 'models:read' | 'models:manage' | 'status' | 'metrics' | 'audit')[]
                person: {
                  id: string
                  name: string
                }
                createdAt: string
                expiresAt: string | null
                lastUsedAt: string | null
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
    /** A token for a program; it is shown once */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            name: string
            scopes?: ('chat' | 'history' | 'live' | 'models:read' | 'models:manage' | 'status' | 'metrics' | 'audit')[]
            expiresAt?: string | null
          }
        }
      }
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              name: string
              prefix: string
              scopes: ('chat' | 'history' | 'live' | 'models:read' | 'models:manage' | 'status' | 'metrics' | 'audit')[]
              person: {
                id: string
                name: string
              }
              createdAt: string
              expiresAt: string | null
              lastUsedAt: string | null
              token: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/tokens/{id}': {
    /** End a token; its open connections are cut */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/ticket': {
    /** A ticket for one WebSocket within 30 s, for clients that cannot send headers with it */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        201: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              ticket: string
              expiresAt: string
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/audit': {
    /** The audit log, newest first */
    get: {
      parameters: {
        path?: never
        query?: {
          person?: string
          action?: 'claim.done' | 'claim.refused' | 'claim.renewed' | 'session.signed_in' | 'session.refused' | 'session.signed_out' | 'session.revoked' | 'session.renewed' | 'person.added' | 'person.changed' | 'person.removed' | 'invitation.made' | 'invitation.used' | 'invitation.removed' | 'password.changed' | 'password.recovered' | 'recovery.made' | 'passkey.added' | 'passkey.removed' | 'token.made' | 'token.removed' | 'token.refused' | 'box.renamed' | 'certificate.changed' | 'model.added' | 'model.removed' | 'model.loaded' | 'model.unloaded' | 'health.fixed' | 'request.refused' | 'audit.exported' | 'audit.pruned' | 'box.started' | 'system.rebooted' | 'system.powered_off' | 'system.time_zone_set' | 'system.recovery_key_made' | 'network.changed' | 'network.confirmed' | 'network.undone' | 'wifi.joined' | 'wifi.forgotten' | 'logs.downloaded' | 'support.downloaded' | 'claim.*' | 'session.*' | 'person.*' | 'invitation.*' | 'password.*' | 'recovery.*' | 'passkey.*' | 'token.*' | 'box.*' | 'certificate.*' | 'model.*' | 'health.*' | 'request.*' | 'audit.*' | 'system.*' | 'network.*' | 'wifi.*' | 'logs.*' | 'support.*'
          outcome?: 'done' | 'refused' | 'failed'
          since?: string
          until?: string
          text?: string
          before?: number
          limit?: number
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              entries: components['schemas']['AuditEntry'][]
              more: boolean
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/audit/export': {
    /** The audit log as a file */
    get: {
      parameters: {
        path?: never
        query?: {
          person?: string
          action?: 'claim.done' | 'claim.refused' | 'claim.renewed' | 'session.signed_in' | 'session.refused' | 'session.signed_out' | 'session.revoked' | 'session.renewed' | 'person.added' | 'person.changed' | 'person.removed' | 'invitation.made' | 'invitation.used' | 'invitation.removed' | 'password.changed' | 'password.recovered' | 'recovery.made' | 'passkey.added' | 'passkey.removed' | 'token.made' | 'token.removed' | 'token.refused' | 'box.renamed' | 'certificate.changed' | 'model.added' | 'model.removed' | 'model.loaded' | 'model.unloaded' | 'health.fixed' | 'request.refused' | 'audit.exported' | 'audit.pruned' | 'box.started' | 'system.rebooted' | 'system.powered_off' | 'system.time_zone_set' | 'system.recovery_key_made' | 'network.changed' | 'network.confirmed' | 'network.undone' | 'wifi.joined' | 'wifi.forgotten' | 'logs.downloaded' | 'support.downloaded' | 'claim.*' | 'session.*' | 'person.*' | 'invitation.*' | 'password.*' | 'recovery.*' | 'passkey.*' | 'token.*' | 'box.*' | 'certificate.*' | 'model.*' | 'health.*' | 'request.*' | 'audit.*' | 'system.*' | 'network.*' | 'wifi.*' | 'logs.*' | 'support.*'
          outcome?: 'done' | 'refused' | 'failed'
          since?: string
          until?: string
          text?: string
          format?: 'ndjson' | 'csv'
        }
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/x-ndjson': string
            'text/csv': string
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/audit/verify': {
    /** Whether the audit log is as it was written */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              ok: boolean
              entries: number
              first: number | null
              last: number | null
              brokenAt: number | null
              prunedBefore: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/state': {
    /** What is loaded, loading and waiting */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              engines: ({
                model: string
                state: 'idle' | 'loading' | 'ready' | 'failed'
                plan: {
                  model: string
                  quantization: string
                  backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                  contextTokens: number
                  sequences: number
                  keyValueType: 'f16' | 'q8_0'
                  gpuLayers: number
                  threads: number
                  useMmap: boolean
                  memory: {
                    weightBytes: number
                    keyValueBytes: number
                    computeBytes: number
                    processBytes: number
                    totalBytes: number
                    budgetBytes: number
                  }
                  tokensPerSecond: number
                  quality: number
                } | null
                progress: number
                detail: string | null
                residentBytes: number | null
                active: number
                waiting: number
                tokensPerSecond: number | null
                firstTokenMs: number | null
              })[]
              defaultModel: string | null
              residentBytes: number
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/installed': {
    /** The models that are here, and the files that cannot be used */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              models: ({
                id: string
                file: string
                kind: 'chat' | 'completion' | 'embedding'
                architecture: string
                family: string | null
                quantization: string
                parameters: number
                fileBytes: number
                trainedContextTokens: number
                sha256: string | null
                starter: boolean
                addedAt: string
              })[]
              rejected: {
                file: string
                reason: string
              }[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/choice': {
    /** Which model fits this machine, and why the others do not */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              chosen: {
                model: string
                quantization: string
                backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                contextTokens: number
                sequences: number
                keyValueType: 'f16' | 'q8_0'
                gpuLayers: number
                threads: number
                useMmap: boolean
                memory: {
                  weightBytes: number
                  keyValueBytes: number
                  computeBytes: number
                  processBytes: number
                  totalBytes: number
                  budgetBytes: number
                }
                tokensPerSecond: number
                quality: number
              } | null
              candidates: ({
                plan: {
                  model: string
                  quantization: string
                  backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                  contextTokens: number
                  sequences: number
                  keyValueType: 'f16' | 'q8_0'
                  gpuLayers: number
                  threads: number
                  useMmap: boolean
                  memory: {
                    weightBytes: number
                    keyValueBytes: number
                    computeBytes: number
                    processBytes: number
                    totalBytes: number
                    budgetBytes: number
                  }
                  tokensPerSecond: number
                  quality: number
                }
                installed: boolean
                verdict: {
                  code: 'chosen'
                } | {
                  code: 'lower_quality'
                  than: string
                } | {
                  code: 'same_quality_slower'
                  than: string
                } | {
                  code: 'needs_more_memory'
                  needBytes: number
                  haveBytes: number
                } | {
                  code: 'too_slow'
                  tokensPerSecond: number
                  floor: number
                } | {
                  code: 'quantization_below_floor'
                  floor: string
                } | {
                  code: 'context_too_short'
                  contextTokens: number
                  floor: number
                } | {
                  code: 'wrong_kind'
                  kind: 'chat' | 'completion' | 'embedding'
                } | {
                  code: 'starter_only'
                } | {
                  code: 'failed_before'
                  detail: string
                } | {
                  code: 'not_installed'
                }
                words: string
              })[]
              recommended: {
                plan: {
                  model: string
                  quantization: string
                  backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                  contextTokens: number
                  sequences: number
                  keyValueType: 'f16' | 'q8_0'
                  gpuLayers: number
                  threads: number
                  useMmap: boolean
                  memory: {
                    weightBytes: number
                    keyValueBytes: number
                    computeBytes: number
                    processBytes: number
                    totalBytes: number
                    budgetBytes: number
                  }
                  tokensPerSecond: number
                  quality: number
                }
                installed: boolean
                verdict: {
                  code: 'chosen'
                } | {
                  code: 'lower_quality'
                  than: string
                } | {
                  code: 'same_quality_slower'
                  than: string
                } | {
                  code: 'needs_more_memory'
                  needBytes: number
                  haveBytes: number
                } | {
                  code: 'too_slow'
                  tokensPerSecond: number
                  floor: number
                } | {
                  code: 'quantization_below_floor'
                  floor: string
                } | {
                  code: 'context_too_short'
                  contextTokens: number
                  floor: number
                } | {
                  code: 'wrong_kind'
                  kind: 'chat' | 'completion' | 'embedding'
                } | {
                  code: 'starter_only'
                } | {
                  code: 'failed_before'
                  detail: string
                } | {
                  code: 'not_installed'
                }
                words: string
              } | null
              words: string[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/hardware': {
    /** The fact sheet of this machine and its profile */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              facts: {
                probedAt: string
                os: {
                  platform: 'linux' | 'darwin' | 'other'
                  release: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  virtualization: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                }
                machine: {
                  vendor: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  product: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  board: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  firmware: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                }
                cpu: {
                  model: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  vendor: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  architecture: 'x64' | 'arm64' | 'other'
                  isaLevel: {
                    status: 'known'
                    value: 'x86-64-v1' | 'x86-64-v2' | 'x86-64-v3' | 'x86-64-v4' | 'armv8-a' | 'armv8.2-a+dotprod' | 'armv8.6-a+i8mm'
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  extensions: {
                    status: 'known'
                    value: string[]
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  logicalCores: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  physicalCores: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  performanceCores: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  lastLevelCacheBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  usableCpus: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                }
                memory: {
                  totalBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  availableBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  limitBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  swapBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  type: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  speedMTps: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  bandwidthGBps: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                }
                gpus: ({
                  name: string
                  vendor: 'intel' | 'amd' | 'nvidia' | 'apple' | 'other'
                  pciId: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  driver: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  integrated: boolean
                  memoryBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                })[]
                npus: ({
                  name: string
                  driver: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  device: string
                  pciId: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                })[]
                disks: ({
                  device: string
                  model: {
                    status: 'known'
                    value: string
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  sizeBytes: {
                    status: 'known'
                    value: number
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                  rotational: {
                    status: 'known'
                    value: boolean
                    source: string
                  } | {
                    status: 'not_measured'
                    reason: string
                  }
                })[]
                llama: {
                  status: 'known'
                  value: {
                    version: string
                    devices: ({
                      backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                      name: string
                      totalBytes: number
                      freeBytes: number
                      unified: boolean
                      software: boolean
                    })[]
                  }
                  source: string
                } | {
                  status: 'not_measured'
                  reason: string
                }
              }
              matched: {
                profile: {
                  $schema?: string
                  id: string
                  name: string
                  kind: 'machine' | 'generic'
                  match: ({
                    vendor?: string
                    product?: string
                    board?: string
                    cpu?: string
                    pci?: string[]
                    architecture?: 'x64' | 'arm64'
                    platform?: 'linux' | 'darwin'
                    isaLevel?: 'x86-64-v1' | 'x86-64-v2' | 'x86-64-v3' | 'x86-64-v4' | 'armv8-a' | 'armv8.2-a+dotprod' | 'armv8.6-a+i8mm'
                    memoryAtLeastGiB?: number
                    memoryBelowGiB?: number
                  })[]
                  memory: {
                    type: string
                    nominalBandwidthGBps: number | null
                    expectedBandwidthGBps: number
                    maxGiB: number | null
                  }
                  accelerators: ({
                    kind: 'igpu' | 'gpu' | 'npu'
                    name: string
                    backends: ('vulkan' | 'cuda' | 'metal' | 'openvino' | 'rocket' | 'none')[]
                    tops?: {
                      value: number
                      precision: string
                    }
                    bandwidthGBps?: number
                    unified: boolean
                  })[]
                  backendOrder: ('cuda' | 'metal' | 'vulkan' | 'cpu')[]
                  quantization: {
                    preferred: string[]
                    floor: string
                    keyValue: ('f16' | 'q8_0')[]
                  }
                  reserve: {
                    bytes: number
                    fraction: number
                  }
                  threads: {
                    policy: 'performance-cores' | 'physical-cores' | 'usable-cpus'
                    leaveFree: number
                  }
                  notes: string[]
                  sources: {
                    fact: string
                    url: string
                  }[]
                }
                because: string[]
                exact: boolean
              }
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models': {
    /** Add a model from a file or a URL */
    post: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody: {
        content: {
          'application/json': {
            source: string
            sha256?: string
            name?: string
            allowPrivate?: boolean
          }
        }
      }
      responses: {
        202: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              source: string
              file: string
              state: 'running' | 'verifying' | 'done' | 'failed' | 'cancelled'
              receivedBytes: number
              totalBytes: number | null
              bytesPerSecond: number
              model: string | null
              error: {
                code: string
                message: string
                remedy: string
              } | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/{id}': {
    /** Delete a model and its file */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        204: {
          headers: Record<string, unknown>
          content?: never
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/{id}/load': {
    /** Load a model now */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        202: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              model: string
              state: 'idle' | 'loading' | 'ready' | 'failed'
              plan: {
                model: string
                quantization: string
                backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                contextTokens: number
                sequences: number
                keyValueType: 'f16' | 'q8_0'
                gpuLayers: number
                threads: number
                useMmap: boolean
                memory: {
                  weightBytes: number
                  keyValueBytes: number
                  computeBytes: number
                  processBytes: number
                  totalBytes: number
                  budgetBytes: number
                }
                tokensPerSecond: number
                quality: number
              } | null
              progress: number
              detail: string | null
              residentBytes: number | null
              active: number
              waiting: number
              tokensPerSecond: number | null
              firstTokenMs: number | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/models/{id}/unload': {
    /** Free the memory of a model that nobody is using */
    post: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              model: string
              state: 'idle' | 'loading' | 'ready' | 'failed'
              plan: {
                model: string
                quantization: string
                backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
                contextTokens: number
                sequences: number
                keyValueType: 'f16' | 'q8_0'
                gpuLayers: number
                threads: number
                useMmap: boolean
                memory: {
                  weightBytes: number
                  keyValueBytes: number
                  computeBytes: number
                  processBytes: number
                  totalBytes: number
                  budgetBytes: number
                }
                tokensPerSecond: number
                quality: number
              } | null
              progress: number
              detail: string | null
              residentBytes: number | null
              active: number
              waiting: number
              tokensPerSecond: number | null
              firstTokenMs: number | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/downloads': {
    /** Downloads, running and past */
    get: {
      parameters: {
        path?: never
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              downloads: ({
                id: string
                source: string
                file: string
                state: 'running' | 'verifying' | 'done' | 'failed' | 'cancelled'
                receivedBytes: number
                totalBytes: number | null
                bytesPerSecond: number
                model: string | null
                error: {
                  code: string
                  message: string
                  remedy: string
                } | null
              })[]
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
  '/hob/v1/downloads/{id}': {
    /** Stop a download; what has arrived is kept for the next try */
    delete: {
      parameters: {
        path: {
          id: string
        }
        query?: never
        header?: never
        cookie?: never
      }
      requestBody?: never
      responses: {
        200: {
          headers: Record<string, unknown>
          content: {
            'application/json': {
              id: string
              source: string
              file: string
              state: 'running' | 'verifying' | 'done' | 'failed' | 'cancelled'
              receivedBytes: number
              totalBytes: number | null
              bytesPerSecond: number
              model: string | null
              error: {
                code: string
                message: string
                remedy: string
              } | null
            }
          }
        }
        default: {
          headers: Record<string, unknown>
          content: {
            'application/json': components['schemas']['Error']
          }
        }
      }
    }
  }
}
export interface components {
  schemas: {
    Model: {
      id: string
      object: 'model'
      created: number
      owned_by: string
      kind: 'chat' | 'completion' | 'embedding'
      context_length: number
    }
    Error: {
      error: {
        message: string
        type: string
        param: string | null
        code: string
        remedy: string
        values?: Record<string, string | number>
        request_id?: string
      }
    }
    ChatCompletion: {
      id: string
      object: 'chat.completion'
      created: number
      model: string
      system_fingerprint: string
      choices: ({
        index: number
        message: {
          role: 'assistant'
          content: string | null
          refusal: null
          reasoning_content?: string
          tool_calls?: {
            id: string
            type: 'function'
            function: {
              name: string
              arguments: string
            }
          }[]
        }
        logprobs: {
          content: ({
            token: string
            logprob: number
            bytes: number[] | null
            top_logprobs: ({
              token: string
              logprob: number
              bytes: number[] | null
            })[]
          })[] | null
          refusal: null
        } | null
        finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter'
      })[]
      usage: {
        prompt_tokens: number
        completion_tokens: number
        total_tokens: number
        prompt_tokens_details?: {
          cached_tokens: number
        }
      }
    }
    ChatCompletionChunk: {
      id: string
      object: 'chat.completion.chunk'
      created: number
      model: string
      system_fingerprint: string
      choices: ({
        index: number
        delta: {
          role?: 'assistant'
          content?: string | null
          reasoning_content?: string
          tool_calls?: {
            index: number
            id?: string
            type?: 'function'
            function: {
              name?: string
              arguments?: string
            }
          }[]
        }
        logprobs?: {
          content: ({
            token: string
            logprob: number
            bytes: number[] | null
            top_logprobs: ({
              token: string
              logprob: number
              bytes: number[] | null
            })[]
          })[] | null
          refusal: null
        } | null
        finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | null
      })[]
      usage?: {
        prompt_tokens: number
        completion_tokens: number
        total_tokens: number
        prompt_tokens_details?: {
          cached_tokens: number
        }
      } | null
    }
    ChatCompletionRequest: {
      model?: string
      temperature?: number | null
      top_p?: number | null
      frequency_penalty?: number | null
      presence_penalty?: number | null
      seed?: number | null
      n?: number | null
      stop?: string | string[] | null
      stream?: boolean | null
      stream_options?: {
        include_usage?: boolean
      } | null
      user?: string | null
      min_tokens?: number | null
      top_k?: number | null
      min_p?: number | null
      messages: ({
        role: 'system' | 'developer'
        content: string | ({
          type: 'text'
          text: string
        } | {
          type: 'refusal'
          refusal: string
        })[]
        name?: string
      } | {
        role: 'user'
        content: string | ({
          type: 'text'
          text: string
        } | {
          type: 'refusal'
          refusal: string
        })[]
        name?: string
      } | {
        role: 'assistant'
        content?: string | ({
          type: 'text'
          text: string
        } | {
          type: 'refusal'
          refusal: string
        })[] | null
        tool_calls?: {
          id: string
          type: 'function'
          function: {
            name: string
            arguments: string
          }
        }[]
        name?: string
      } | {
        role: 'tool'
        content: string | ({
          type: 'text'
          text: string
        } | {
          type: 'refusal'
          refusal: string
        })[]
        tool_call_id: string
      })[]
      max_tokens?: number | null
      max_completion_tokens?: number | null
      logprobs?: boolean | null
      top_logprobs?: number | null
      response_format?: {
        type: 'text'
      } | {
        type: 'json_object'
      } | {
        type: 'json_schema'
        json_schema: {
          name: string
          description?: string
          schema?: Record<string, unknown>
          strict?: boolean | null
        }
      } | null
      tools?: ({
        type: 'function'
        function: {
          name: string
          description?: string
          parameters?: Record<string, unknown>
          strict?: boolean | null
        }
      })[] | null
      tool_choice?: 'none' | 'auto' | 'required' | {
        type: 'function'
        function: {
          name: string
        }
      } | null
      parallel_tool_calls?: boolean | null
      reasoning_effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | null
    }
    Completion: {
      id: string
      object: 'text_completion'
      created: number
      model: string
      system_fingerprint: string
      choices: ({
        index: number
        text: string
        logprobs: {
          tokens: string[]
          token_logprobs: (number | null)[]
          top_logprobs: (Record<string, number> | null)[]
          text_offset: number[]
        } | null
        finish_reason: 'stop' | 'length' | null
      })[]
      usage?: {
        prompt_tokens: number
        completion_tokens: number
        total_tokens: number
        prompt_tokens_details?: {
          cached_tokens: number
        }
      } | null
    }
    CompletionRequest: {
      model?: string
      temperature?: number | null
      top_p?: number | null
      frequency_penalty?: number | null
      presence_penalty?: number | null
      seed?: number | null
      n?: number | null
      stop?: string | string[] | null
      stream?: boolean | null
      stream_options?: {
        include_usage?: boolean
      } | null
      user?: string | null
      min_tokens?: number | null
      top_k?: number | null
      min_p?: number | null
      prompt: string | string[] | number[]
      suffix?: string | null
      max_tokens?: number | null
      echo?: boolean | null
      logprobs?: number | null
    }
    Embeddings: {
      object: 'list'
      model: string
      data: ({
        object: 'embedding'
        index: number
        embedding: number[] | string
      })[]
      usage: {
        prompt_tokens: number
        total_tokens: number
      }
    }
    EmbeddingRequest: {
      model?: string
      input: string | string[] | number[] | number[][]
      encoding_format?: 'float' | 'base64' | null
      dimensions?: number | null
      user?: string | null
    }
    AuditEntry: {
      seq: number
      at: string
      who: {
        person: string | null
        name: string | null
        by: 'session' | 'token' | 'socket' | 'service' | 'nobody'
        id: string | null
      }
      action: 'claim.done' | 'claim.refused' | 'claim.renewed' | 'session.signed_in' | 'session.refused' | 'session.signed_out' | 'session.revoked' | 'session.renewed' | 'person.added' | 'person.changed' | 'person.removed' | 'invitation.made' | 'invitation.used' | 'invitation.removed' | 'password.changed' | 'password.recovered' | 'recovery.made' | 'passkey.added' | 'passkey.removed' | 'token.made' | 'token.removed' | 'token.refused' | 'box.renamed' | 'certificate.changed' | 'model.added' | 'model.removed' | 'model.loaded' | 'model.unloaded' | 'health.fixed' | 'request.refused' | 'audit.exported' | 'audit.pruned' | 'box.started' | 'system.rebooted' | 'system.powered_off' | 'system.time_zone_set' | 'system.recovery_key_made' | 'network.changed' | 'network.confirmed' | 'network.undone' | 'wifi.joined' | 'wifi.forgotten' | 'logs.downloaded' | 'support.downloaded'
      outcome: 'done' | 'refused' | 'failed'
      code: string | null
      from: {
        address: string | null
        agent: string | null
      }
      target: string | null
      details: Record<string, string | number | boolean | null>
      hash: string
    }
  }
}
export type LiveMessage =
  | {
    type: 'hello'
    epoch: string
    seq: number
    resumed: boolean
  }
  | {
    seq: number
    type: 'engine'
    data: {
      model: string
      state: 'idle' | 'loading' | 'ready' | 'failed'
      plan: {
        model: string
        quantization: string
        backend: 'cpu' | 'vulkan' | 'cuda' | 'metal'
        contextTokens: number
        sequences: number
        keyValueType: 'f16' | 'q8_0'
        gpuLayers: number
        threads: number
        useMmap: boolean
        memory: {
          weightBytes: number
          keyValueBytes: number
          computeBytes: number
          processBytes: number
          totalBytes: number
          budgetBytes: number
        }
        tokensPerSecond: number
        quality: number
      } | null
      progress: number
      detail: string | null
      residentBytes: number | null
      active: number
      waiting: number
      tokensPerSecond: number | null
      firstTokenMs: number | null
    }
  }
  | {
    seq: number
    type: 'models'
    data: {
      installed: number
      defaultModel: string | null
    }
  }
  | {
    seq: number
    type: 'download'
    data: {
      id: string
      source: string
      file: string
      state: 'running' | 'verifying' | 'done' | 'failed' | 'cancelled'
      receivedBytes: number
      totalBytes: number | null
      bytesPerSecond: number
      model: string | null
      error: {
        code: string
        message: string
        remedy: string
      } | null
    }
  }
  | {
    seq: number
    type: 'load'
    data: {
      cpu: number | null
      memoryTotalBytes: number
      memoryAvailableBytes: number
    }
  }
  | {
    seq: number
    type: 'service'
    data: {
      name: string
      state: 'ready' | 'starting' | 'down'
      residentBytes: number | null
    }
  }
  | {
    seq: number
    type: 'box'
    data: {
      name: string
      host: string
      was: string
    }
  }
  | {
    seq: number
    type: 'conversation'
    data: {
      id: string
      change: 'created' | 'updated' | 'deleted'
    }
  }
